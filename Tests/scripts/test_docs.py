"""Commands and paths in the README and docs are there: /usr/bin/python3 -m unittest discover Tests/scripts"""

import json
import os
import re
import shlex
import subprocess
import unittest

from support import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")),
         *sorted((ROOT / "experiments").glob("**/README.md"))]
TEXTS = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES}
BINARY = os.environ.get("PAGEFOLD_BINARY", "")


def commands():
    """Every line of a code block, and every inline code, that calls pagefold: page and text."""
    for page, text in TEXTS.items():
        for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                for call in re.findall(r"(?:^|[ (;])pagefold +([a-z-][^#;|>&]*)", re.sub(r" #.*", "", line)):
                    yield page, call
        for code in re.findall(r"`pagefold ([^`\n]+)`", text):
            yield page, code


class Commands(unittest.TestCase):
    @unittest.skipUnless(BINARY, "PAGEFOLD_BINARY names no program: options in the docs were not compared with it")
    def test_every_documented_command_and_option_exists(self):
        dump = subprocess.run([BINARY, "--experimental-dump-help"], stdout=subprocess.PIPE, check=True).stdout
        root = json.loads(dump)["command"]
        seen = 0
        for page, call in commands():
            try:
                words = shlex.split(call)
            except ValueError:
                words = call.split()
            command, options, path = root, set(), []
            while words:
                below = {sub["commandName"]: sub for sub in command.get("subcommands", [])}
                names = [name for name in words[0].split("|") if name]
                if not names or not set(names) <= set(below):
                    break
                command = below[names[0]]
                path.append(words.pop(0))
            if not path:
                continue
            seen += 1
            called = [command, *(sub for sub in command.get("subcommands", [])
                                if sub["commandName"] == command.get("defaultSubcommand"))]
            for known in called:
                for argument in known.get("arguments", []):
                    options |= {name["name"] for name in argument.get("names", [])}
            for word in words:
                if word == "--":
                    break
                found = re.fullmatch(r"\[?--([a-z][a-z0-9-]*)\]?(=.*)?,?", word, re.DOTALL)
                if found:
                    self.assertIn(found.group(1), options, f"{page}: pagefold {call}")
        self.assertGreater(seen, 60)


class Paths(unittest.TestCase):
    def test_every_script_experiment_and_page_that_is_named_exists(self):
        pattern = re.compile(
            r"(?<![\w/.-])((?:scripts|plots|experiments|docs|Sources|Tests|costs|traces)/"
            r"[A-Za-z0-9_/.-]*[A-Za-z0-9_])(?![*{<A-Z])")
        for page, text in TEXTS.items():
            for path in sorted(set(pattern.findall(text))):
                self.assertTrue((ROOT / path).exists() or any(ROOT.glob(path + "*")), f"{page} names {path}")

    def test_every_link_leads_somewhere(self):
        for page, text in TEXTS.items():
            for target in re.findall(r"\]\(([^)#\s]+)", text):
                if not re.match(r"[a-z]+:", target):
                    self.assertTrue(((ROOT / page).parent / target).exists(), f"{page} links to {target}")

    def test_python_is_the_one_that_has_what_plots_need(self):
        for page, text in TEXTS.items():
            self.assertNotRegex(text, r"(?<!bin/)python3? +plots/", page)


class Reference(unittest.TestCase):
    def test_every_section_of_an_experiment_that_ships_is_in_the_reference(self):
        reference = (ROOT / "experiments/reference.yaml").read_text(encoding="utf-8")
        named = set(re.findall(r"^(?:# )?([a-z-]+):", reference, re.MULTILINE))
        for file in sorted((ROOT / "experiments").glob("**/*.yaml")):
            text = file.read_text(encoding="utf-8")
            if re.search(r"^workload:", text, re.MULTILINE) and re.search(r"^cluster:", text, re.MULTILINE):
                used = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))
                self.assertLessEqual(used, named, file.name)


if __name__ == "__main__":
    unittest.main()
