import sys

from greet import greeting

if len(sys.argv) != 2:
    sys.exit("usage: greet NAME")
print(greeting(sys.argv[1]))
