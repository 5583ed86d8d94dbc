"""`python -m formula2net` is the command `formula2net`."""

from formula2net.cli import main

if __name__ == "__main__":
    main()
