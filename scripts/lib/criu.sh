# Finds a CRIU that works on this kernel. Source it after setup.sh.
# shellcheck shell=bash

# Prints the path of a CRIU whose `criu check` passes: the system's, or, on Debian, that of a later release, unpacked
# beside its libraries into .build-criu without installing anything (Debian 12's 3.17 does not know kernels since
# 6.13). Nothing when there is none; why, on standard error.
criu_program() {
    if command -v criu >/dev/null && criu check >/dev/null 2>&1; then
        command -v criu
        return
    fi
    local folder=$PWD/.build-criu
    if [ ! -x "$folder/criu" ]; then fetch_criu "$folder" || return 0; fi
    if "$folder/criu" check >/dev/null 2>&1; then
        echo "$folder/criu"
    else
        say "CRIU does not work here: $("$folder/criu" check 2>&1 | grep -m 1 -i error)"
    fi
}

# Unpacks CRIU of Debian 13 and the libraries that it needs into a folder, with a program that runs it among them.
fetch_criu() {
    local folder=$1 keys=/usr/share/keyrings/debian-archive-keyring.gpg
    if ! command -v apt-get >/dev/null || [ "$(uname -m)" != x86_64 ] || [ ! -e $keys ]; then
        say "CRIU is not installed, and only on Debian for x86-64 it is fetched"
        return 1
    fi
    say "fetching CRIU of Debian 13 into $folder"
    rm -rf "$folder"
    mkdir -p "$folder"/{lists/partial,cache/archives/partial,root}
    printf 'Types: deb\nURIs: http://deb.debian.org/debian\nSuites: trixie\nComponents: main\nSigned-By: %s\n' $keys \
        >"$folder/trixie.sources"
    local options=(-qq -o "Dir::Etc::sourcelist=$folder/trixie.sources" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=root)
    local packages=(criu libcompel1 libc6 libbsd0 libmd0 libgnutls30t64 libnet1 libnftables1 libnftnl11 libmnl0
        libnl-3-200 libprotobuf-c1 libuuid1 libgmp10 libnettle8t64 libhogweed6t64 libp11-kit0 libtasn1-6 libunistring5
        libidn2-0 libffi8 libjansson4 libxtables12 libzstd1 libbrotli1 libedit2 libtinfo6 zlib1g libcap2)
    if ! (cd "$folder/cache" && apt-get "${options[@]}" update && apt-get "${options[@]}" download "${packages[@]}") >&2; then
        say "CRIU could not be fetched"
        rm -rf "$folder"
        return 1
    fi
    local package
    for package in "$folder"/cache/*.deb; do
        if ! dpkg -x "$package" "$folder/root"; then
            say "CRIU could not be unpacked into $folder"
            rm -rf "$folder"
            return 1
        fi
    done
    rm -rf "$folder/cache" "$folder/lists"
    # Its libraries are newer than the system's: it gets its own loader too.
    cat >"$folder/criu" <<'PROGRAM'
#!/bin/sh
root=$(dirname "$(readlink -f "$0")")/root
libraries=$root/usr/lib/x86_64-linux-gnu
exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$root/usr/sbin/criu" "$@"
PROGRAM
    chmod +x "$folder/criu"
}
