"""Where the frozen workstation starts."""

import sys

from kinometric_desktop.__main__ import main

sys.exit(main())
