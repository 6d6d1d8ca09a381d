"""The words that the most common passwords are made of, and what people put behind them."""

from __future__ import annotations

from functools import cache

_WORDS = """
password passwort passw0rd p@ssword p@ssw0rd welcome letmein qwerty qwertz azerty qwertyuiop asdfgh asdfghjkl zxcvbn
zxcvbnm admin administrator root login access master secret changeme default guest test testing user temp summer
winter spring autumn fall january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday football baseball basketball soccer hockey superman batman
dragon monkey shadow sunshine princess iloveyou trustno flower freedom whatever computer internet hello charlie
michael jordan jennifer thomas robert daniel jessica ashley amanda nicole andrew joshua matthew hunter harley ranger
buster pepper ginger maggie bailey cookie cheese chocolate orange purple yellow silver golden diamond starwars
pokemon mustang ferrari porsche corvette mercedes yankees cowboys steelers lakers eagles packers liverpool chelsea
arsenal hospital clinic doctor nurse patient medical health healthcare kinometric athena athenahealth athenaone
balance america newyork boston chicago london paris berlin
"""
_ENDINGS = "1 12 123 1234 12345 123456 0 00 01 007 11 111 321 99 69 2000"
_YEARS = [str(year) for year in range(2015, 2031)]
_SIGNS = ["", "!", ".", "@", "#", "$", "?", "*", "!!"]


@cache
def common_passwords() -> frozenset[str]:
    """Return the block list, in lower case."""
    return frozenset(
        form
        for root in _WORDS.split()
        for tail in ("", *_ENDINGS.split(), *_YEARS)
        for sign in _SIGNS
        for form in (root + tail + sign, root + sign + tail)
    )
