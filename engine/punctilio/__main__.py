"""``python -m punctilio`` is the command ``rules``."""

from punctilio.cli.start import main

if __name__ == "__main__":
    main()
