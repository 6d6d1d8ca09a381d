"""The review screen: four stances side by side, one stance enlarged, and the questions that are asked there."""
