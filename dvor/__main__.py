"""``python -m dvor``: the same as the ``dvor`` command."""

from dvor.cli import main

if __name__ == "__main__":
    main()
