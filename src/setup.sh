# shellcheck shell=sh
# What ./bootstrap and ./run-tests have in common: the system packages they need. Sourced, never run.

# PROGRAM:PACKAGE of all that every run needs, as HostProgram.Needed has it: Debian's package, and what all others call it where that differs.
# What only some host tools, forms of publication or commands need is asked for by these.
# shellcheck disable=SC2034 # used by those that source this
needed_programs='bwrap:bubblewrap mount:mount:util-linux setpriv:util-linux cp:coreutils find:findutils tar:tar'

# What ./bootstrap calls itself, whatever the command: of coreutils and util-linux one stands for all.
# shellcheck disable=SC2034 # used by those that source this
launcher_programs='find:findutils flock:util-linux sed:sed mktemp:coreutils'

# The programs (or, as a path, files) that only the tests use besides, and Debian's packages alone.
# shellcheck disable=SC2034 # used by those that source this
tested_programs='xz:xz-utils zstd:zstd /usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring git:git gpg:gpg gpgv:gpgv ostree:ostree skopeo:skopeo umoci:umoci python3:python3-minimal
  /usr/lib/'$(uname -m)'-linux-gnu/faketime/libfaketime.so.1:libfaketime qemu-img:qemu-utils /usr/sbin/mke2fs:e2fsprogs /usr/sbin/fsck.fat:dosfstools mformat:mtools /usr/sbin/sfdisk:fdisk
  qemu-m68k-static:qemu-user-static qemu-system-m68k:qemu-system-misc cmake:cmake meson:meson pkgconf:pkgconf autoconf:autoconf automake:automake zsh:zsh mksh:mksh busybox:busybox chromium:chromium'

fail_setup() {
  printf 'bootstrap: %s\n' "$1" >&2
  exit 3
}

# find_cache: sets cache, and HOME where it names no directory; the tool reads the same variables.
find_cache() {
  case ${HOME-} in
    /*) ;;
    *)
      entry=$(getent passwd "$(id -u)" 2>/dev/null) || entry=''
      entry=${entry%:*}
      export HOME="${entry##*:}" ;;
  esac
  case ${XDG_CACHE_HOME-} in
    /*)
      cache=$XDG_CACHE_HOME
      # .NET looks there for certificates, and fails where there is no such place.
      export HOME="${HOME:-$cache/bootstrap/home}" ;;
    *)
      [ -n "$HOME" ] || fail_setup "HOME is not set, and the system knows no home directory of user $(id -u)
  set HOME, or XDG_CACHE_HOME for the cache alone, to a directory that you can write to"
      cache=${HOME%/}/.cache ;;
  esac
}

# require_writable DIRECTORY: makes it, or says what is in the way.
require_writable() {
  words=$({ mkdir -p "$1" && touch "$1/lock"; } 2>&1) && return 0
  there=$1/lock
  until [ -e "$there" ]; do
    there=${there%/*}
    there=${there:-/}
  done
  hint=''
  # What sudo leaves behind.
  case $there in
    "${HOME:-/}"/*) [ ! -O "$HOME" ] || [ -O "$there" ] || hint=", or make yours again what another user left there:
    sudo chown -R $(id -u) '$there'" ;;
  esac
  fail_setup "the command line tool has to be built, and there is no place for it:
    $words
  set XDG_CACHE_HOME to a directory that you can write to$hint"
}

# run_apart [NAME=VALUE...] COMMAND...: in an environment of its own. MSBuild takes each variable for a property, whoever set it for what: VERSION, Platform, OutDir.
run_apart() {
  # shellcheck disable=SC2046 # names, which hold no blanks
  env $(env | sed -En -e '/^[A-Za-z_][A-Za-z0-9_-]*=/!d' -e 's/=.*//' -e "/$known_variables/!s/^/-u /p") \
    DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
    DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true MSBUILDDISABLENODEREUSE=1 "$@"
}

# What dotnet, NuGet and the tests read themselves.
known_variables='^(PATH|HOME|TMPDIR|LD_.*|DOTNET_ROOT.*|XDG_(CONFIG|DATA)_HOME|SSL_CERT_(FILE|DIR)|(https?|all|no)_proxy|(HTTPS?|ALL|NO)_PROXY|NUGET_.*|NuGetPackageSourceCredentials_.*|BOOTSTRAP_TEST_.*)$'

# require_machine: the architectures whose host tools there are.
require_machine() {
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) fail_setup "this machine is $(uname -m), and all that builds toolchains are programs for x86_64 or aarch64
  use a machine, a container or an emulator with one of these" ;;
  esac
}

# require_limits: what builds want, and without which .NET does not even start or hangs. Soft limits are raised, hard ones are whoever's who starts this.
require_limits() {
  # shellcheck disable=SC3045 # every shell of Linux has these
  for limit in n:1024:files s:1024:stack v:8000000:memory d:8000000:data f:16000000:file; do
    kind=${limit%%:*} needed=${limit#*:}
    hard=$(ulimit -H -"$kind")
    [ "$hard" = unlimited ] || [ "$hard" -ge "${needed%:*}" ] || case $kind in
      n) fail_setup "a process may open no more than $hard files here, and 1024 are needed
  raise the limit: LimitNOFILE= of a service of systemd, --ulimit nofile=1024 of a container, or /etc/security/limits.conf" ;;
      *) fail_setup "the hard limit of ${needed#*:} size (ulimit -H -$kind) is $hard, and ${needed%:*} are needed
  raise it where this is started: the service of systemd, the container (--ulimit), or /etc/security/limits.conf" ;;
    esac
    case $kind in
      n) ;;
      s) [ "$(ulimit -S -s)" = unlimited ] || [ "$(ulimit -S -s)" -ge 1024 ] || ulimit -S -s "$hard" ;;
      *) ulimit -S -"$kind" "$hard" ;;
    esac
  done
  # Shells differ in the letter for this one; root is not held to it. .NET alone takes about 20 threads, and threads count.
  while read -r _ kind processes _ && [ "$kind" != processes ]; do :; done </proc/self/limits
  [ "$processes" = unlimited ] || [ "$processes" -ge 200 ] || [ "$(id -u)" = 0 ] || fail_setup "a user may run no more than $processes processes and threads here, and a build needs 200
  raise the limit: TasksMax= or LimitNPROC= of a service of systemd, --ulimit nproc=4096 of a container, or /etc/security/limits.conf"
}

# require_dotnet: the .NET SDK, or an explanation. Debian and openSUSE have no package of it, so it is never installed from here.
require_dotnet() {
  command -v dotnet >/dev/null || fail_setup "the .NET SDK 10.0 is missing: 'dotnet' is not on PATH
  install it with your package manager (Ubuntu, Fedora: dotnet-sdk-10.0; Arch Linux: dotnet-sdk; Alpine: dotnet10-sdk)
  or from https://dotnet.microsoft.com/download/dotnet/10.0"
}

# find_distribution: sets install to what installs packages here, by os-release(5), as HostProgram.cs does; or to nothing.
find_distribution() {
  release=/etc/os-release
  [ -f "$release" ] || release=/usr/lib/os-release
  install=''
  for name in $(words_of ID) $(words_of ID_LIKE); do
    case $name in
      debian | ubuntu) install='apt-get install' ;;
      fedora | rhel | centos) install='dnf install' ;;
      arch) install='pacman -S' ;;
      opensuse | suse) install='zypper install' ;;
      alpine) install='apk add' ;;
      *) continue ;;
    esac
    return 0
  done
  ! command -v apt-get >/dev/null || install='apt-get install'
}

words_of() {
  sed -n "s/[\"']/ /g; s/^$1=//p" "$release" 2>/dev/null
}

# require_programs PROGRAM:PACKAGE[:PACKAGE]...: installs what is missing as root on Debian and its kin, after naming it; else says how.
# Where by_debian is set, the packages have Debian's names alone.
# Looks for the programs and never asks dpkg: this runs before every command.
require_programs() {
  missing=''
  for pair in "$@"; do
    ! is_there "${pair%%:*}" || continue
    [ -n "$missing" ] || find_distribution
    package=${pair#*:}
    case $install in
      apt-get* | '') package=${package%:*} ;;
      *) package=${package#*:} ;;
    esac
    case "$missing " in *" $package "*) ;; *) missing="$missing $package" ;; esac
  done
  [ -n "$missing" ] || return 0

  [ "$install" = 'apt-get install' ] || [ -z "${by_debian-}" ] || install=''
  [ -n "$install" ] || fail_setup "these Debian packages, or what your system calls them, are missing:$missing
  install them with your package manager"
  [ "$(id -u)" = 0 ] || install="sudo $install"
  [ "$install" = 'apt-get install' ] || fail_setup "these packages are missing:$missing
  install them with:  $install$missing"

  printf 'bootstrap: installing missing packages:%s\n' "$missing" >&2
  # shellcheck disable=SC2086 # a list of package names
  install_packages $missing
  for pair in "$@"; do
    package=${pair#*:}
    is_there "${pair%%:*}" || fail_setup "the package ${package%:*} is installed, yet ${pair%%:*} is not there"
  done
}

# is_there PROGRAM-OR-FILE: what busybox has of the same name lacks options that are used.
is_there() {
  case $1 in
    /*) [ -e "$1" ] ;;
    busybox | flock | sed | mktemp | awk) command -v "$1" >/dev/null ;;
    # shellcheck disable=SC3013 # every shell of Linux has it
    *) there=$(command -v "$1") && ! [ "$there" -ef /bin/busybox ] ;;
  esac
}

# install_packages PACKAGE...: the package lists are refreshed only where those at hand will not do.
install_packages() {
  apt_output=$(apt_install "$@" 2>&1) && return 0
  apt_output=$(apt-get update 2>&1 </dev/null && apt_install "$@" 2>&1) && return 0
  printf '%s\n' "$apt_output" >&2
  fail_setup "apt-get could not install: $*
  the lines above are its own; then run this again, or install them with:  apt-get install $*"
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@" </dev/null
}
