# Shared by the scripts that start a virtual machine: a Debian kernel with Soft-RoCE, and a first file system that
# makes this machine's own the guest's. Source it after setup.sh; `need_vm_image DIRECTORY` fills the directory.
# shellcheck shell=bash

# The folders of the kernel package that a guest may want modules from.
vm_module_folders() {
    printf './lib/modules/*/%s\n' 'modules.*' 'kernel/lib/*' 'kernel/crypto/*' 'kernel/arch/x86/crypto/*' \
        'kernel/fs/9p/*' 'kernel/fs/fscache*' 'kernel/fs/netfs/*' 'kernel/fs/overlayfs/*' 'kernel/fs/configfs/*' \
        'kernel/net/9p/*' 'kernel/net/ipv4/*' 'kernel/net/ipv6/*' 'kernel/net/core/*' 'kernel/drivers/virtio/*' \
        'kernel/drivers/net/*.ko*' 'kernel/drivers/infiniband/core/*' 'kernel/drivers/infiniband/sw/*'
}

# The modules that the first file system loads itself: they bring the guest its root.
vm_first_modules() {
    local image=$1 version=$2 module
    for module in virtio_pci 9pnet_virtio 9p overlay; do
        modprobe -d "$image" -S "$version" --show-depends "$module" 2>/dev/null | awk '/^insmod/ { print $2 }' ||
            die "the kernel has no module $module"
    done | awk '!seen[$0]++'
}

# Its init: loads the modules, mounts the host's root read-only with a layer of memory above it, and runs there the
# script that the kernel's command line names.
vm_init() {
    cat <<'INIT'
#!/bin/sh
mount -t devtmpfs d /dev
mount -t proc p /proc
mount -t sysfs s /sys
for module in $(cat /modules/order); do insmod "/modules/$module"; done
for word in $(cat /proc/cmdline); do case $word in guest=*) guest=${word#guest=} ;; esac; done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro host /host || poweroff -f
mount -t tmpfs t /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work o /root || poweroff -f
mkdir -p /root/lib/modules
for folder in dev proc sys; do mount --move /$folder /root/$folder; done
exec switch_root /root /bin/bash "$guest/guest.sh"
INIT
}

vm_first_file_system() {
    local image=$1 version=$2 tree file program
    tree=$(mktemp -d "$image/tree-XXXXXX") || die "$image cannot be written"
    mkdir -p "$tree"/{bin,dev,proc,sys,root,modules,host,layer}
    program=$(command -v busybox) && cp "$program" "$tree/bin/busybox" || die "busybox is missing: install busybox-static"
    for program in sh mount mkdir insmod cat switch_root poweroff; do ln -s busybox "$tree/bin/$program"; done
    vm_first_modules "$image" "$version" >"$tree/files" || die "the guest's modules were not found"
    while read -r file; do
        program=$(basename "$file" .xz)
        case $file in
            *.xz) xz -dc "$file" >"$tree/modules/$program" ;;
            *) cp "$file" "$tree/modules/$program" ;;
        esac || die "$file cannot be unpacked"
        echo "$program" >>"$tree/modules/order"
    done <"$tree/files"
    vm_init >"$tree/init"
    chmod +x "$tree/init"
    (cd "$tree" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$image/initrd.part" ||
        die "the guest's first file system could not be written"
    rm -rf "$tree"
    mv "$image/initrd.part" "$image/initrd" || die "$image cannot be written"
}

# The package that linux-image-amd64 stands for; arguments go to apt-cache.
vm_kernel_package() {
    { apt-cache "$@" depends linux-image-amd64 2>/dev/null || true; } |
        awk '/Depends: linux-image/ { print $2; exit }'
}

# What apt needs to see the backports of this release, in a directory of their own: nothing of /etc/apt or apt's lists
# is touched. The options are added to `apt`.
vm_backports_options() {
    local folder=$1 release
    # shellcheck source=/dev/null
    release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    [ -n "$release" ] || die "--kernel backports needs Debian: /etc/os-release names no release"
    mkdir -p "$folder"/{lists/partial,cache/archives/partial}
    cat >"$folder/backports.sources" <<S
Types: deb
URIs: http://deb.debian.org/debian
Suites: $release-backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
S
    apt+=(-o "Dir::Etc::sourcelist=$folder/backports.sources" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o Acquire::Languages=none)
}

# Fills the directory with `kernel`, `initrd` and `lib/modules`, once. The kernel is the one that Debian's
# linux-image-amd64 stands for; with `backports` as second argument, the newer one of the release's backports.
# PAGEFOLD_VM_KERNEL names another package.
need_vm_image() {
    local image=$1 suite=${2:-debian} package version folders apt=()
    mkdir -p "$image"
    exec 9>"$image/lock"
    flock -w 300 9 || die "$image is being filled by another run for five minutes already: remove $image/lock"
    if [ -f "$image/complete" ]; then
        exec 9>&-
        return
    fi
    [ "$suite" != backports ] || vm_backports_options "$image/apt"
    package=${PAGEFOLD_VM_KERNEL:-$(vm_kernel_package "${apt[@]}")}
    if [ -z "$package" ]; then
        timeout 120 apt-get "${apt[@]}" update -qq >&2 || true
        package=$(vm_kernel_package "${apt[@]}")
    fi
    [ -n "$package" ] || die "apt knows no linux-image-amd64: set PAGEFOLD_VM_KERNEL to a kernel package"
    version=${package#linux-image-}
    say "fetching the guest's kernel $package (once)"
    (cd "$image" && timeout 240 apt-get "${apt[@]}" -qq download "$package" 2>/dev/null) ||
        die "cannot download $package: check the network"
    rm -rf "$image/apt"
    mapfile -t folders < <(vm_module_folders)
    # A pattern without a match is not an error: kernels differ in what is built in.
    dpkg --fsys-tarfile "$image"/linux-image-*.deb |
        tar x -C "$image" --wildcards './boot/vmlinuz*' "${folders[@]}" 2>/dev/null || true
    rm -f "$image"/linux-image-*.deb
    [ -f "$image/boot/vmlinuz-$version" ] || die "$package holds no kernel"
    depmod -b "$image" "$version" 2>/dev/null || die "the modules of $package cannot be listed"
    ls "$image/lib/modules/$version/kernel/drivers/infiniband/sw/rxe/" >/dev/null 2>&1 ||
        die "$package has no Soft-RoCE (rdma_rxe): choose another by PAGEFOLD_VM_KERNEL"
    vm_first_file_system "$image" "$version"
    mv "$image/boot/vmlinuz-$version" "$image/kernel" || die "$image cannot be written"
    # Last: a directory without this file was not finished, and is filled anew.
    touch "$image/complete" || die "$image cannot be written"
    exec 9>&-
}
