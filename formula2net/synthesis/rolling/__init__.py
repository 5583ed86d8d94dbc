"""From a program to the recursion that it came from."""
