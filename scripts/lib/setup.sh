# Shared by the scripts: what must be installed, and how. Source it; it changes to the project's root, and `here` is
# where the call was made. Functions leave what they find in variables rather than print it: within $(...), and wherever
# their status is asked for, bash goes on after a command that fails. For the same reason each says `|| die` itself.
# shellcheck shell=bash disable=SC2034

set -euo pipefail
shopt -s inherit_errexit
here=$PWD
cd -P "$(dirname "${BASH_SOURCE[0]}")/../.."

# The system's Python for what needs no packages: it heeds no settings of Python from the environment.
system_python=(/usr/bin/python3 -E -s -X utf8)

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

# Installs the Debian packages given, those that are missing; after `--lean`, without what they recommend.
need_packages() {
    local missing=() package lean=()
    if [ "${1:-}" = --lean ]; then
        lean=(--no-install-recommends)
        shift
    fi
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || die "install ${missing[*]} by hand: this is not a Debian system"
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "install ${missing[*]} as root: apt-get install ${missing[*]}"
        sudo=(sudo)
    fi
    say "installing ${missing[*]}"
    "${sudo[@]}" apt-get update -qq >&2 || say "apt-get update failed: trying with the lists of packages that are there"
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${lean[@]}" "${missing[@]}" >/dev/null ||
        die "${missing[*]} could not be installed: see what apt-get says above"
}

# Swift 6.2 or later.
need_swift() {
    local said site=https://swift.org/install
    command -v swift >/dev/null || die "no Swift toolchain found: install Swift 6.2 or later from $site"
    said=$(swift --version 2>/dev/null) || die "swift --version fails: install Swift 6.2 or later from $site"
    [[ $said =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] || die "swift --version does not say which version it is"
    if [ "${BASH_REMATCH[1]}" -lt 6 ] || { [ "${BASH_REMATCH[1]}" -eq 6 ] && [ "${BASH_REMATCH[2]}" -lt 2 ]; }; then
        die "Swift ${BASH_REMATCH[1]}.${BASH_REMATCH[2]} found; Pagefold needs 6.2 or later ($site)"
    fi
}

# What a build needs: Swift, SQLite for the result store, two compressors and a hash for pages, NUMA, headers of RDMA.
# Package.swift says what each is for; Tests/TidyTests compares.
need_build() {
    need_swift
    need_packages libsqlite3-dev libzstd-dev liblz4-dev libxxhash-dev libnuma-dev libibverbs-dev pkg-config
}

# Whether the environment in .venv was finished for these requirements and works here: not when installing stopped half
# way, or when its interpreter is gone.
venv_works() {
    cmp -s plots/requirements.txt .venv/requirements && .venv/bin/python -I - plots/requirements.txt 2>/dev/null <<'P'
import importlib
import importlib.metadata
import sys

for line in open(sys.argv[1], encoding="utf-8"):
    name, _, version = line.strip().partition("==")
    if name and importlib.metadata.version(name) != version:
        sys.exit(1)
    if name:
        importlib.import_module(name)
P
}

# A Python environment of the project's own with what the plots need, or that of PAGEFOLD_PYTHON where it is set. The
# command is left in `python`: it heeds no settings of Python from the environment, and its texts are UTF-8 everywhere.
need_python() {
    python=("${PAGEFOLD_PYTHON:-$PWD/.venv/bin/python}" -E -s -X utf8)
    [ -z "${PAGEFOLD_PYTHON:-}" ] || return 0
    venv_works && return
    if ! python3 -I -c 'import ensurepip, venv' 2>/dev/null; then need_packages python3 python3-venv; fi
    say "preparing a Python environment for the plots in .venv"
    rm -rf .venv
    python3 -I -m venv .venv >&2 || die "no Python environment could be made in .venv"
    .venv/bin/python -I -m pip install --quiet --disable-pip-version-check -r plots/requirements.txt >&2 ||
        die "what plots/requirements.txt lists could not be installed into .venv: see above; is there a network?"
    # Last: an environment without this file was not finished, and is made anew.
    cp plots/requirements.txt .venv/requirements || die ".venv cannot be written"
    venv_works || die "the Python environment in .venv does not work although pip made it: remove .venv and try again"
}

# Compiled modules of C in a build folder hold the path of their cache, and the compiler refuses them anywhere else: those
# of a checkout that was moved or copied are removed, and made again. Everything else in the folder may move along.
forget_moved_modules() {
    local cache
    for cache in "$1"/*/*/ModuleCache; do
        # An empty one cannot be wrong. In any other some module names the cache that it was made for.
        [ -n "$(find "$cache" -name '*.pcm' -print -quit 2>/dev/null)" ] || continue
        grep -rqF --include='*.pcm' "$(realpath "$cache")/" "$cache" && continue
        say "this checkout was moved since it was built: $cache is made anew"
        rm -rf "$cache" || die "$cache cannot be removed"
    done
}

# Runs `swift build` in the build folder $1, with the options that follow. Nothing older is run when it fails.
swift_build() {
    local scratch=$1
    shift
    need_build
    forget_moved_modules "$scratch"
    swift build --scratch-path "$scratch" "$@" >&2 ||
        die "the build failed, so nothing is run: see above (if this checkout was moved, remove $scratch and try again)"
}

# Builds a product for speed; its path is left in `program`.
build_product() {
    swift_build .build -c release --product "$1"
    program=$PWD/.build/release/$1
    [ -x "$program" ] || die "the build left no program at $program"
}

# The program `pagefold`; its path is left in `pagefold`. Built now, unless PAGEFOLD_BINARY names one.
need_pagefold() {
    if [ -n "${PAGEFOLD_BINARY:-}" ]; then
        pagefold=$(cd "$here" && realpath -m "$PAGEFOLD_BINARY")
        [ -f "$pagefold" ] && [ -x "$pagefold" ] || die "PAGEFOLD_BINARY names no program: $PAGEFOLD_BINARY"
        return
    fi
    build_product pagefold
    pagefold=$program
}

# Builds all tests in a configuration, debug or release, in a folder of their own: tests see inside the modules, which
# the fast build does not allow. PAGEFOLD_TEST_BUILD names a folder where that was done already. The folder of products
# is left in `products`, the tests themselves in `bundle`.
build_tests() {
    scratch=${PAGEFOLD_TEST_BUILD:-.build-test}
    [ -n "${PAGEFOLD_TEST_BUILD:-}" ] ||
        swift_build "$scratch" -c "$1" --build-tests -Xswiftc -enable-testing
    products=$(realpath -m "$scratch/$1")
    bundle=$(realpath -m "$products/pagefoldPackageTests.xctest")
    [ -e "$bundle" ] || die "no tests were built in $products"
}
