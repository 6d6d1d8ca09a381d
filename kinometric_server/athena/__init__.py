"""The only code that talks to athenaOne: tokens, limits, client, department gate."""
