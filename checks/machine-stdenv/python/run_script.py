"""Runs a Python 3.12 script of nixpkgs under Python 3.11 as well.

What 3.11 lacks of those scripts' needs is one thing: an f-string may not contain its own quote (`f"{a["b"]}"`), so that is
rewritten before the script is compiled. The modules `requests`, `tomli` and `tomli_w` lie beside this file.
"""

import re
import sys


def main() -> None:
    path = sys.argv[1]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if sys.version_info < (3, 12):
        text = re.sub(r'\{(\w+)\["([\w-]+)"\]\}', r"{\1['\2']}", text)
    sys.argv = sys.argv[1:]
    names = {"__name__": "__main__", "__file__": path}
    # worker processes are forked, so they find the functions in this very module
    main_module = sys.modules["__main__"]
    main_module.__dict__.update(names)
    exec(compile(text, path, "exec"), main_module.__dict__)


if __name__ == "__main__":
    main()
