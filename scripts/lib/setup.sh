# Shared by the scripts: what must be installed, and how. Source it; it changes to the project's root.
# shellcheck shell=bash

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

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
    "${sudo[@]}" apt-get update -qq >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${lean[@]}" "${missing[@]}" >/dev/null
}

# Swift 6.2 or later.
need_swift() {
    command -v swift >/dev/null || die "no Swift toolchain found: install Swift 6.2 or later from https://swift.org/install"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    # shellcheck disable=SC2086
    set -- $version
    if [ "${1:-0}" -lt 6 ] || { [ "${1:-0}" -eq 6 ] && [ "${2:-0}" -lt 2 ]; }; then
        die "Swift ${1:-?}.${2:-?} found; Pagefold needs 6.2 or later (https://swift.org/install)"
    fi
}

# What a build needs: Swift, SQLite for the result store, two compressors and a hash for pages, NUMA, headers of RDMA.
# Package.swift says what each is for; Tests/TidyTests compares.
need_build() {
    need_swift
    need_packages libsqlite3-dev libzstd-dev liblz4-dev libxxhash-dev libnuma-dev libibverbs-dev pkg-config
}

# A Python environment of the project's own with what the plots need; prints the path of its interpreter.
need_python() {
    local stamp=.venv/requirements
    if ! cmp -s plots/requirements.txt "$stamp"; then
        if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then need_packages python3 python3-venv; fi
        say "preparing a Python environment for the plots in .venv"
        rm -rf .venv
        python3 -m venv .venv >&2
        .venv/bin/pip install --quiet --disable-pip-version-check -r plots/requirements.txt >&2
        cp plots/requirements.txt "$stamp"
    fi
    echo .venv/bin/python
}

# Builds a product for speed; prints the path of the program.
build_product() {
    need_build
    swift build -c release --product "$1" >&2
    echo ".build/release/$1"
}
