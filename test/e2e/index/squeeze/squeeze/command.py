import sys

from squeeze import compress


def main():
    sys.stdout.buffer.write(compress(sys.stdin.buffer.read()))
