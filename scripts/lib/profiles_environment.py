"""The environment that functions of experiments/functions run in: prepared once, then frozen and described."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess

from profiles_modes import Mode

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "experiments" / "functions"
SYSTEM_PYTHON = "/usr/bin/python3"
# As platforms set Java up for small sandboxes: the serial collector, a heap that fits, and only the first compiler
# (AWS Lambda's default for Java 17). Without performance data, which would leave a file in /tmp.
JAVA_FLAGS = [
    "-XX:+UseSerialGC",
    "-Xmx128m",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
]
# A sandbox with one processor: libraries start no threads of their own.
VARIABLES = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}
DEBIAN_PACKAGES = ["libc6", "libpython3.11", "libtorch1.13", "nodejs", "openjdk-17-jre-headless", "python3-torch",
                   "python3.11-minimal"]


class SuiteError(Exception):
    """What a user can mend: said in one line."""


@dataclasses.dataclass(frozen=True)
class Function:
    """One line of the catalogue."""

    name: str
    language: str
    environment: str = ""


def catalogue(names: list[str] | None = None) -> list[Function]:
    """The functions named, in the catalogue's order; all without names."""
    every = [Function(**entry) for entry in json.loads((SOURCES / "catalogue.json").read_text())]
    unknown = set(names or []) - {function.name for function in every}
    if unknown:
        known = ", ".join(function.name for function in every)
        raise SuiteError(f"no function '{min(unknown)}'; there are {known}")
    return [function for function in every if not names or function.name in names]


class Environment:
    """A folder with interpreters, libraries and a copy of the functions' sources."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder.resolve()
        self.libraries = self.folder / "libraries"
        self.functions = self.folder / "functions"

    def interpreter(self, function: Function, shared: bool = False) -> str:
        """Python with the function's libraries; `shared` asks for the position-independent one."""
        if function.environment == "libraries":
            return str(self.libraries / "bin" / ("python-shared" if shared else "python"))
        return str(self.folder / "bin" / "python-shared") if shared else SYSTEM_PYTHON

    def command(self, function: Function, mode: Mode | None = None) -> list[str]:
        """What starts the function's launcher, or its zygote where the mode forks."""
        shared, program = False, "launcher"
        if mode is not None:
            shared, program = mode.position_independent, "zygote" if mode.forked else "launcher"
        if function.language == "node":
            return ["node", str(self.functions / "node" / "launcher.js"), function.name]
        if function.language == "java":
            archive = str(self.functions / "java" / "functions.jar")
            return ["java", *JAVA_FLAGS, "-cp", archive, "Launcher", function.name]
        script = self.functions / "python" / f"{program}.py"
        return [self.interpreter(function, shared), str(script), function.name]

    def variables(self, function: Function, mode: Mode | None = None, temporary: str = "/tmp") -> dict[str, str]:
        """All the environment variables that the function sees."""
        variables = dict(VARIABLES, TMPDIR=temporary)
        if function.language == "python":
            variables["PYTHONDONTWRITEBYTECODE"] = "1"
            if mode is not None and mode.hash_seed is not None:
                variables["PYTHONHASHSEED"] = mode.hash_seed
        return variables

    def prepare(self, functions: list[Function], modes: list[Mode], with_libraries: bool = True) -> None:
        """Brings the environment up to date; leaves what is up to date alone, so that it stays the same."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        requirements = (SOURCES / "requirements.txt").read_bytes() if with_libraries else b""
        if any(function.language == "python" for function in functions):
            self._once("libraries", requirements, lambda: self._make_libraries(with_libraries))
        for language in sorted({function.language for function in functions}):
            self._once(f"functions-{language}", tree(SOURCES / language), lambda: self._copy_functions(language))
        if any(mode.position_independent for mode in modes):
            program = (SOURCES / "interpreter" / "python_shared.c").read_bytes()
            self._once("shared", program + requirements, self._make_shared)
        for function in functions:
            content = requirements + tree(SOURCES / function.language)
            self._once(f"warm-{function.name}", content, lambda: self._warm(function))

    def _once(self, name: str, content: bytes, make) -> None:
        """Calls `make` unless it was called for the same content before."""
        stamp, digest = self.folder / f"{name}.stamp", hashlib.sha256(content).hexdigest()
        if stamp.exists() and stamp.read_text() == digest:
            return
        stamp.unlink(missing_ok=True)
        make()
        stamp.write_text(digest)

    def _make_libraries(self, with_libraries: bool) -> None:
        shutil.rmtree(self.libraries, ignore_errors=True)
        (self.folder / "shared.stamp").unlink(missing_ok=True)
        pip = [] if with_libraries else ["--without-pip"]
        run([SYSTEM_PYTHON, "-I", "-m", "venv", *pip, str(self.libraries)])
        if with_libraries:
            install = ["-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--use-pep517"]
            requirements = str(SOURCES / "requirements.txt")
            run([str(self.libraries / "bin" / "python"), *install, "-r", requirements])

    def _copy_functions(self, language: str) -> None:
        target = self.functions / language
        shutil.rmtree(target, ignore_errors=True)
        if language != "java":
            shutil.copytree(SOURCES / language, target, ignore=shutil.ignore_patterns("__pycache__"))
            return
        classes = target / "classes"
        classes.mkdir(parents=True)
        run(["javac", "-Xlint:all", "-d", str(classes), *sorted(map(str, (SOURCES / "java").glob("*.java")))])
        archive = ["--date=2026-01-01T00:00:00Z", "--create", "--file", str(target / "functions.jar")]
        run(["jar", *archive, "-C", str(classes), "."])

    def _make_shared(self) -> None:
        flags = run(["/usr/bin/python3.11-config", "--cflags", "--ldflags", "--embed"]).split()
        binary = self.folder / "bin" / "python-shared"
        binary.parent.mkdir(exist_ok=True)
        source = str(SOURCES / "interpreter" / "python_shared.c")
        run(["gcc", "-O2", "-fPIE", source, "-pie", "-o", str(binary), *flags])
        shutil.copy2(binary, self.libraries / "bin" / "python-shared")

    def _warm(self, function: Function) -> None:
        """Answers one request, so that compiled modules are written: an import that writes them leaves more heap."""
        variables = self.variables(function)
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        run(self.command(function), '{"seed": 0, "request": 0}\n', variables)

    def manifest(self) -> dict[str, str]:
        """What was frozen, as names and values that also label the snapshots."""
        found = {"kernel": platform.release(), "architecture": platform.machine(), "machine": processor()}
        found["huge-pages"] = chosen("/sys/kernel/mm/transparent_hugepage/enabled")
        for folder in sorted(self.functions.iterdir()):
            found[f"functions-{folder.name}"] = tree(folder).hex()[:16]
        found["java-flags"] = " ".join(JAVA_FLAGS)
        listed = run(["dpkg-query", "-W", "-f=${binary:Package} ${Version} ${db:Status-Status}\n"])
        for line in listed.splitlines():
            name, version, status = line.split(" ", 2)
            if name.split(":")[0] in DEBIAN_PACKAGES and status == "installed":
                found["debian-" + label_name(name.split(":")[0])] = version
        for name, program in (("node", ["node", "--version"]), ("java", ["java", "--version"])):
            if shutil.which(program[0]):
                found[name] = run(program).splitlines()[0]
        found["python"] = run([SYSTEM_PYTHON, "--version"]).strip()
        for folder in sorted(self.libraries.glob("lib/python*/site-packages/*.dist-info")):
            name, version = folder.name.removesuffix(".dist-info").rsplit("-", 1)
            found["pypi-" + label_name(name)] = version
        return dict(sorted(found.items()))


def digest(manifest: dict[str, str]) -> str:
    """Names an environment: equal only where all of its manifest is."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]


def run(command: list[str], text: str = "", variables: dict[str, str] | None = None) -> str:
    """What a command prints; a command that fails is an error with its last line."""
    try:
        done = subprocess.run(command, input=text, env=variables, capture_output=True, text=True)
    except FileNotFoundError:
        raise SuiteError(f"{command[0]} is not installed") from None
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise SuiteError(f"{' '.join(command[:4])} … failed: {said}")
    return done.stdout


def tree(folder: pathlib.Path) -> bytes:
    """Paths and contents below `folder`, without compiled modules."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    parts = [str(path.relative_to(folder)).encode() + hashlib.sha256(path.read_bytes()).digest() for path in files]
    return hashlib.sha256(b"".join(parts)).digest()


def chosen(path: str) -> str:
    """The value in brackets of a kernel setting such as `always [madvise] never`."""
    try:
        return re.search(r"\[(\w+)\]", pathlib.Path(path).read_text()).group(1)
    except (OSError, AttributeError):
        return "unknown"


def processor() -> str:
    """The processor's name: libraries choose their code by it."""
    match = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return match.group(1) if match else "unknown"


def label_name(text: str) -> str:
    """A name for a label: lower-case words joined by `-`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def randomisation_is_on() -> bool:
    """Whether processes started from here get random addresses unless they ask not to."""
    if pathlib.Path("/proc/sys/kernel/randomize_va_space").read_text().strip() != "2":
        return False
    return not int(pathlib.Path("/proc/self/personality").read_text(), 16) & 0x0040000


def available_memory() -> int:
    """Bytes that can be had without swapping."""
    match = re.search(r"^MemAvailable:\s+(\d+) kB", pathlib.Path("/proc/meminfo").read_text(), re.MULTILINE)
    return int(match.group(1)) * 1024 if match else os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
