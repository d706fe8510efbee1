"""The launchers' protocol, with functions that need no library."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from support import FUNCTIONS, PYTHON


def talk(command, lines):
    """What a launcher prints for these lines."""
    variables = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(command, input="".join(lines), capture_output=True, text=True, env=variables)
    return run.stdout.splitlines()


class LauncherTests(unittest.TestCase):
    """python/launcher.py, python/zygote.py and node/launcher.js."""

    vanilla = [PYTHON, str(FUNCTIONS / "python" / "launcher.py"), "vanilla"]

    def test_says_when_it_is_ready_and_answers_each_line_with_one(self):
        lines = [json.dumps({"seed": 1, "request": number}) + "\n" for number in range(3)]
        ready, *answers = talk(self.vanilla, lines)
        self.assertEqual(ready, "ready import")
        self.assertEqual([json.loads(answer)["request"] for answer in answers], [0, 1, 2])

    def test_the_same_request_has_the_same_answer_and_another_seed_another(self):
        one, again, other = talk(self.vanilla, [f'{{"seed": {seed}, "request": 0}}\n' for seed in (1, 1, 2)])[1:]
        self.assertEqual(one, again)
        self.assertNotEqual(one, other)

    def test_an_error_in_a_function_is_an_answer(self):
        broken, fine = talk(self.vanilla, ['{"request": 0}\n', '{"seed": 1, "request": 1}\n'])[1:]
        self.assertIn("KeyError", json.loads(broken)["error"])
        self.assertIn("answer", json.loads(fine))

    def test_ends_with_its_input(self):
        self.assertEqual(talk(self.vanilla, []), ["ready import"])

    @unittest.skipUnless(shutil.which("node"), "node is not installed")
    def test_node_speaks_the_same_protocol(self):
        command = ["node", str(FUNCTIONS / "node" / "launcher.js"), "noderender"]
        ready, answer = talk(command, ['{"seed": 1, "request": 7}\n'])
        self.assertEqual(ready, "ready import")
        self.assertEqual(json.loads(answer)["request"], 7)

    def test_children_of_a_zygote_answer_and_end_with_their_requests(self):
        command = [PYTHON, str(FUNCTIONS / "python" / "zygote.py"), "vanilla"]
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("requests", "answers")]
            for path in paths:
                os.mkfifo(path)
            pipe = subprocess.PIPE
            variables = {"PYTHONDONTWRITEBYTECODE": "1"}
            with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=variables) as zygote:
                self.assertEqual(zygote.stdout.readline(), "ready zygote\n")
                zygote.stdin.write(f"fork {paths[0]} {paths[1]}\n")
                zygote.stdin.flush()
                child = int(zygote.stdout.readline().removeprefix("child "))
                with open(paths[0], "w") as requests, open(paths[1]) as answers:
                    self.assertEqual(answers.readline(), "ready import\n")
                    requests.write('{"seed": 1, "request": 0}\n')
                    requests.flush()
                    self.assertEqual(json.loads(answers.readline())["request"], 0)
                    requests.close()
                    self.assertEqual(answers.read(), "")
                zygote.stdin.close()
                self.assertEqual(zygote.wait(), 0)
                self.assertFalse(pathlib.Path(f"/proc/{child}").exists())

    def test_texts_are_the_same_in_python_and_node(self):
        program = "const i = require('./inputs.js'); console.log(i.words(new i.Numbers(3, 2), 50).join(' '))"
        if not shutil.which("node"):
            self.skipTest("node is not installed")
        there = subprocess.run(["node", "-e", program], cwd=FUNCTIONS / "node", capture_output=True, text=True).stdout
        program = "import inputs; print(*inputs.words(inputs.Numbers(3, 2), 50))"
        here = talk([PYTHON, "-c", f"import sys; sys.path.insert(0, {str(FUNCTIONS / 'python')!r}); {program}"], [])
        self.assertEqual(there.strip(), here[0])


if __name__ == "__main__":
    unittest.main()
