# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Where Batchwork is built and run; part of ./dev.
#
#   platform_prepare         makes it ready; sets $platform to "host" or "debian13"
#   platform_add LIST        adds the packages of a further list, for what is seldom wanted
#   platform_enter COMMAND…  runs a command there, and gives its exit code
#
# The host is used where it has GTK 4.18, libadwaita 1.7 and the rest. Elsewhere a Debian 13
# root is made in the user's cache with mmdebstrap and entered with bubblewrap:
#
#   trixie-KEY/     a finished root; KEY follows from the package list and the recipe
#   trixie-KEY.use  locked (shared) by whoever works in it; its time is that of the last use
#   new/            the root in the making, renamed when finished
#   debs/           downloaded packages, so that none is downloaded twice
#   lock, log       of the making
#
# A user who isn't root has it made in /var/tmp first, where mmdebstrap's user namespace gets at it.

suite=trixie
recipe=1 # raise it to have every root made anew
space_needed=6 # GB
packages=${here:?}/build-aux/packages.txt
cache=${XDG_CACHE_HOME:-$HOME/.cache}/batchwork
scratch=/var/tmp/batchwork-$EUID

say() { printf '%s\n' "$*" >&2; }
die() { say "dev: $*"; exit 1; }
have() { command -v "$1" >/dev/null; }
listed_packages() { sed 's/#.*//' "${1:-$packages}" | tr -s '[:space:]' '\n' | sed '/^$/d' | LC_ALL=C sort -u; }

platform_prepare() {
    case ${BATCHWORK_PLATFORM-} in
        host) platform=host ;;
        root) use_root ;;
        '') choose_platform ;;
        *) die "BATCHWORK_PLATFORM is \"$BATCHWORK_PLATFORM\", but can be \"host\" or \"root\" only." ;;
    esac
}

platform_add() {
    local wanted absent
    mapfile -t wanted < <(listed_packages "$1")
    if [[ $platform == host ]]; then
        mapfile -t absent < <(absent_packages "${wanted[@]}")
        [[ ${#absent[@]} -eq 0 ]] || apt_install "${absent[@]}" || exit 1
    else
        add_to_root "${wanted[@]}"
        trust_as_host
    fi
}

choose_platform() {
    local missing
    if distribution_has_packages; then
        install_listed_packages
        missing=$(missing_on_host)
    else
        missing=$(missing_on_host)
        if [[ -n $missing ]] && have apt-get; then
            use_root
            return
        fi
    fi
    [[ -z $missing ]] || die "This system lacks what Batchwork is built with. Install the development packages of:
$missing"
    platform=host
}

### The host ###

# Does its distribution have everything in packages.txt, under the same names?
distribution_has_packages() (
    [[ -r /etc/os-release ]] && have apt-get || exit 1
    VERSION_ID=
    # shellcheck source=/dev/null
    . /etc/os-release
    case $ID in
        debian) [[ -z $VERSION_ID || ${VERSION_ID%%.*} -ge 13 ]] ;; # testing has no VERSION_ID
        ubuntu) [[ ${VERSION_ID%%.*} -ge 26 ]] ;;
        *) false ;;
    esac
)

# The tools, and the modules that meson.build asks for, that are not here or too old
missing_on_host() {
    local tool module version
    for tool in cc meson ninja pkg-config msgfmt itstool blueprint-compiler glib-compile-resources; do
        have "$tool" || echo "$tool"
    done
    sed -n "s/.*dependency('\([^']*\)'\(, *version: *'>= *\([^']*\)'\)\{0,1\}.*/\1 \3/p" "$here/meson.build" |
        while read -r module version; do
            pkg-config --exists "$module${version:+ >= $version}" 2>/dev/null || echo "$module${version:+ >= $version}"
        done
}

install_listed_packages() {
    local wanted absent
    mapfile -t wanted < <(listed_packages)
    mapfile -t absent < <(absent_packages "${wanted[@]}")
    [[ ${#absent[@]} -eq 0 ]] || apt_install "${absent[@]}" || {
        [[ -z $(missing_on_host) ]] || exit 1
        say "Going on without them: some tests may fail."
    }
}

absent_packages() {
    # shellcheck disable=SC2016 # the format is dpkg's
    LC_ALL=C comm -23 <(printf '%s\n' "$@" | LC_ALL=C sort) \
        <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p' | LC_ALL=C sort)
}

# Installs packages on the host, having said so
apt_install() {
    local sudo=()
    have apt-get || {
        say "dev: These are needed: $*"
        return 1
    }
    if [[ $EUID -ne 0 ]]; then
        sudo=(sudo)
        if ! have sudo || ! { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
            say "dev: Packages are missing. Install them as root: apt-get install $*"
            return 1
        fi
    fi
    say "Installing with apt-get${sudo:+, through sudo}: $*"
    sudo+=(env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300)
    mkdir -p "$cache"
    {
        "${sudo[@]}" update && "${sudo[@]}" install --no-install-recommends --no-remove "$@"
    } >"$cache/log" 2>&1 </dev/null || {
        say "dev: Installing them failed ($(last_error)). The whole story is in $cache/log."
        return 1
    }
}

### The Debian 13 root ###

use_root() {
    platform=debian13
    root=$cache/$suite-$({ echo "$recipe $(uname -m)"; listed_packages; } | sha256sum | cut -c 1-12)
    mkdir -p "$cache" || die "The cache directory $cache can't be made."
    exec {root_in_use}>>"$root.use" || die "The cache directory $cache can't be written to."
    flock -s "$root_in_use"
    touch "$root.use"
    [[ -d $root ]] || make_root
    have bwrap || install_root_tools
}

make_root() {
    local lock log=$cache/log new=$cache/new
    exec {lock}>>"$cache/lock"
    flock -n "$lock" || {
        say "Another ./dev is making the Debian 13 platform. Waiting for it."
        flock "$lock"
    }
    if [[ ! -d $root ]]; then
        install_root_tools
        : >"$log"
        remove_root "$new"
        remove_scratch
        check_host
        say "Making the Debian 13 platform in $cache:"
        SECONDS=0
        stage "Reading the package lists" read_package_lists
        download_packages
        detail=count_installed stage "Installing $package_count packages" install_root
        say "$(elapsed)  Ready"
        prune
    fi
    exec {lock}>&-
}

# Packages' files alone: a user who isn't root can't run their scripts, and what we add needs none
add_to_root() {
    local lock proxy log=$cache/log stamp
    stamp=$root/var/lib/batchwork-$(printf '%s\n' "$@" | sha256sum | cut -c 1-12)
    exec {lock}>>"$cache/lock"
    flock "$lock"
    if [[ ! -e $stamp ]]; then
        say "Adding to the Debian 13 platform: $*"
        proxy=$(apt-config dump --format '%v' Acquire::http::Proxy 2>/dev/null || true)
        # shellcheck disable=SC2016 # for the inner shell
        in_root env ${proxy:+http_proxy="$proxy"} sh -ec '
            archives=/var/cache/apt/added
            mkdir -p $archives/partial
            apt-get -q -o Acquire::Retries=3 update
            apt-get -y -q -o Acquire::Retries=3 -o Dir::Cache::archives=$archives --no-install-recommends \
                --download-only install "$@"
            for deb in $archives/*.deb; do
                [ ! -e "$deb" ] || dpkg-deb --extract "$deb" /
            done
            rm -r $archives' sh "$@" >"$log" 2>&1 </dev/null || give_up "Adding packages"
        touch "$stamp"
    fi
    exec {lock}>&-
}

# What Node.js downloads there may come through a proxy that only the host knows
trust_as_host() {
    local known=/etc/ssl/certs/ca-certificates.crt
    [[ -r $known ]] || return 0
    cp "$known" "$cache/ca-certificates.crt"
    export NODE_EXTRA_CA_CERTS=$cache/ca-certificates.crt
}

install_root_tools() {
    local absent=()
    have mmdebstrap || absent+=(mmdebstrap)
    have bwrap || absent+=(bubblewrap)
    [[ $EUID -eq 0 ]] || have newuidmap || absent+=(uidmap)
    [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || absent+=(debian-archive-keyring)
    [[ ${#absent[@]} -eq 0 ]] || apt_install "${absent[@]}" || exit 1
}

check_host() {
    local free
    bwrap --dev-bind / / --unshare-pid true 2>>"$log" ||
        die "bubblewrap may not make namespaces here ($(tail -n 1 "$log")). In a container, give it the privileges for that; on Ubuntu, see apparmor_restrict_unprivileged_userns."
    free=$(($(df -Pk "$cache" | awk 'NR == 2 { print $4 }') / 1024 / 1024))
    [[ $free -ge $space_needed ]] ||
        die "The Debian 13 platform needs $space_needed GB in $cache, where $free GB are free. Make room, or set XDG_CACHE_HOME to another place."
}

# The mirrors of a Debian host; elsewhere none, and mmdebstrap takes Debian's own
mirrors() {
    local release
    # shellcheck source=/dev/null
    release=$(. /etc/os-release && [[ $ID == debian ]] && echo "${VERSION_CODENAME-}") || return 0
    # shellcheck disable=SC2016 # the format is apt's
    apt-get indextargets 'Created-By: Packages' --format '$(RELEASE) $(COMPONENT) $(ORIGIN) $(REPO_URI)' 2>/dev/null |
        awk -v release="$release" -v suite="$suite" '
            $2 == "main" && $3 == "Debian" && $1 == release && !main { main = $4 }
            $2 == "main" && $3 == "Debian" && $1 == release "-security" && !security { security = $4 }
            END {
                if (main && security) {
                    print "deb", main, suite, "main"
                    print "deb", main, suite "-updates", "main"
                    print "deb", security, suite "-security", "main"
                }
            }'
}

# mmdebstrap for our suite and mirrors, given where to and options
debootstrap() {
    local mirrors proxy wrapper=()
    mirrors=$(mirrors)
    [[ $EUID -ne 0 ]] || wrapper=(unshare --mount) # so that its mounts end with it
    proxy=$(apt-config dump --format '%v' Acquire::http::Proxy) # which it doesn't read
    [[ -z $proxy ]] || wrapper+=(env http_proxy="$proxy")
    "${wrapper[@]}" mmdebstrap --variant=apt "${@:2}" "$suite" "$1" ${mirrors:+-} <<<"$mirrors"
}

# apt-get for the root that is to be made, as whoever we are
root_apt() {
    apt-get -y -q -o Dir="$cache/apt" -o Dir::State::status="$cache/apt/var/lib/dpkg/status" \
        -o Dir::Etc::TrustedParts=/etc/apt/trusted.gpg.d -o Dir::Cache::archives="$cache/debs" \
        -o APT::Sandbox::User="$(id -un)" -o APT::Install-Recommends=false "$@"
}

read_package_lists() {
    local mode=root
    [[ $EUID -eq 0 ]] || mode=chrootless # which only a simulation can have
    rm -rf "$cache/apt"
    mkdir -p "$cache/debs/partial"
    debootstrap "$cache/apt" --format=directory --mode="$mode" --simulate --skip=cleanup/apt/lists
}

download_packages() {
    local wanted plan
    mapfile -t wanted < <(listed_packages)
    plan=$(root_apt --simulate install '?essential' apt "${wanted[@]}" 2>&1) || {
        echo "$plan" >>"$log"
        give_up "Choosing the packages"
    }
    package_count=$(sed -n 's/.* \([0-9]*\) newly installed.*/\1/p' <<<"$plan")
    detail=count_downloaded stage "Downloading packages" \
        root_apt -o Acquire::Retries=3 --download-only install '?essential' apt "${wanted[@]}"
    root_apt autoclean >>"$log" 2>&1
}

count_downloaded() { echo "$(find "$cache/debs" -maxdepth 1 -name '*.deb' | wc -l) of $package_count"; }

install_root() {
    # shellcheck disable=SC2016 # $1 is the hooks'
    local options=(
        --verbose
        --include="$(listed_packages | paste -sd,)"
        --skip=cleanup/reproducible
        --dpkgopt='path-exclude=/usr/share/doc/*'
        --dpkgopt='path-exclude=/usr/share/info/*'
        --dpkgopt='path-exclude=/usr/share/man/*'
        --setup-hook='mkdir -p "$1/var/cache/apt/archives"'
        --setup-hook="sync-in '$cache/debs' /var/cache/apt/archives"
        --customize-hook='rm -f "$1/etc/resolv.conf" && touch "$1/etc/resolv.conf"'
        --customize-hook='tr -d - </proc/sys/kernel/random/uuid >"$1/etc/machine-id"'
    )
    if [[ $EUID -eq 0 ]]; then
        debootstrap "$new" --format=directory --mode=root "${options[@]}"
    else # through tar, so that every file in the root is the user's own
        mkdir "$new"
        mkdir -m 755 "$scratch"
        TMPDIR=$scratch debootstrap - --format=tar --mode=unshare "${options[@]}" |
            tar -x -C "$new" --no-same-owner --exclude='./dev/*'
        remove_scratch
    fi
    mv "$new" "$root" # here, so that it's done even when the ./dev that waits for it is gone
}

count_installed() { echo "$(grep -c '^Setting up ' "$log") of $package_count"; }

# What an interrupted mmdebstrap has left belongs to users of its namespace
remove_scratch() {
    [[ -d $scratch ]] || return 0
    mmdebstrap --unshare-helper rm -rf "$scratch" >/dev/null 2>&1 || true
    remove_root "$scratch"
}

remove_root() {
    rm -rf --one-file-system "$1" || die "$1 can't be removed. Remove it as root, then try again."
}

# Removes roots that nobody is in, all but the last one used
prune() {
    local use old lock kept=
    for use in $(cd "$cache" && ls -t -- *.use); do
        old=$cache/${use%.use}
        [[ -d $old && $old != "$root" ]] || continue
        [[ -n $kept ]] || { kept=1; continue; }
        exec {lock}>>"$old.use"
        ! flock -n "$lock" || remove_root "$old"
        exec {lock}>&-
    done
}

### Signals ###

monitor= # the bwrap that runs, if any
making=  # the part of the making that runs, if any
caught=

on_signal() {
    caught=1
    if [[ -n $monitor ]]; then
        pass_on "$1"
    else
        [[ -z $making ]] || kill_tree "$making"
        exit "$2"
    fi
}
trap 'on_signal INT 130' INT
trap 'on_signal TERM 143' TERM
trap 'on_signal HUP 129' HUP

# The command is the first child of the first child of bwrap
pass_on() {
    local first='' command='' self
    read -ra self </proc/$$/stat
    # a terminal has sent it to the whole foreground group already
    [[ $1 != INT || ${self[4]} != "${self[7]}" ]] || return 0
    read -r first _ <"/proc/$monitor/task/$monitor/children" || true
    read -r command _ 2>/dev/null <"/proc/$first/task/$first/children" || true
    kill -s "$1" "${command:-$monitor}" 2>/dev/null || true
}

kill_tree() {
    local child children=()
    read -ra children 2>/dev/null <"/proc/$1/task/$1/children" || true
    for child in "${children[@]}"; do
        kill_tree "$child"
    done
    kill "$1" 2>/dev/null || true
}

### Progress ###

elapsed() { printf '%3d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }

# stage TEXT COMMAND…: a line for a part of the making, live on a terminal; output goes to the log
stage() {
    local text=$1
    shift
    [[ -t 2 ]] || say "$(elapsed)  $text"
    "$@" >>"$log" 2>&1 </dev/null &
    making=$!
    while kill -0 "$making" 2>/dev/null; do
        [[ ! -t 2 ]] || printf '\r%s  %s  %s\e[K' "$(elapsed)" "$text" "$(${detail:-true})" >&2
        sleep 0.3
    done
    [[ ! -t 2 ]] || printf '\r%s  %s\e[K\n' "$(elapsed)" "$text" >&2
    wait "$making" || give_up "$text"
    making=
}

give_up() {
    die "$1 failed ($(last_error)). Nothing that is downloaded is lost: put it right and call again. The whole story is in $cache/log."
}

last_error() {
    grep -m 1 -E '^(E|dpkg: error|tar): |No space left' "$cache/log" | cut -c 1-300 | grep . || tail -n 1 "$cache/log"
}

### Entering ###

# What these say is true of the host only
foreign_variables=(CPATH C_INCLUDE_PATH GDK_PIXBUF_MODULE_FILE GIO_EXTRA_MODULES GI_TYPELIB_PATH GSETTINGS_SCHEMA_DIR
    GTK_PATH LD_LIBRARY_PATH LD_PRELOAD LIBRARY_PATH PERL5LIB PKG_CONFIG_PATH PYTHONHOME PYTHONPATH XDG_DATA_DIRS)

platform_enter() {
    if [[ $platform == host ]]; then
        "$@"
    else
        in_root "$@"
    fi
}

# Runs a command in the root: its exit code is ours, signals go on to it, and nothing outlives it
in_root() {
    local status
    bwrap_options
    # bwrap would die of a signal and take the command with it, so it ignores what we pass on;
    # a job in the background has no standard input but what it's given
    (
        trap '' INT QUIT TERM HUP
        exec bwrap "${bwrap_options[@]}" env --default-signal=INT,QUIT,TERM,HUP "$@" {root_in_use}>&-
    ) <&0 &
    monitor=$!
    while # wait ends early when a signal comes
        caught=
        status=0
        wait "$monitor" || status=$?
        [[ -n $caught ]]
    do :; done
    monitor=
    return "$status"
}

# Sets bwrap_options: the user's files at their own places, the system's from the root
bwrap_options() {
    local top variable zone passwd group display=${DISPLAY-}
    bwrap_options=(--bind "$root" / --dev-bind /dev /dev --proc /proc --ro-bind /sys /sys --tmpfs /run
        --unshare-pid --die-with-parent)
    for top in /*; do
        case $top in
            /bin | /boot | /dev | /etc | /lib* | /lost+found | /proc | /run | /sbin | /sys | /usr | /var) ;;
            *) [[ -L $top || ! -d $top ]] || bwrap_options+=(--bind "$top" "$top") ;;
        esac
    done
    bwrap_options+=(--bind /var/tmp /var/tmp)
    for top in "$HOME" "$here" "$cache" "${XDG_RUNTIME_DIR-}"; do
        [[ ! -d $top || $top == / ]] || bwrap_options+=(--bind "$top" "$top")
    done
    # Of the X displays only the user's own is there: an X server in the root would take over others
    display=${display#*:}
    display=/tmp/.X11-unix/X${display%.*}
    [[ ! -d /tmp/.X11-unix ]] || bwrap_options+=(--tmpfs /tmp/.X11-unix --ro-bind-try "$display" "$display")
    bwrap_options+=(--bind-try /run/dbus /run/dbus --ro-bind-try /etc/hosts /etc/hosts
        --ro-bind-try "$(readlink -f /etc/resolv.conf)" /etc/resolv.conf)
    for variable in "${foreign_variables[@]}"; do
        bwrap_options+=(--unsetenv "$variable")
    done
    if [[ $EUID -ne 0 ]]; then
        exec {passwd}< <(cat "$root/etc/passwd" && getent passwd "$EUID")
        exec {group}< <(cat "$root/etc/group" && getent group "$(id -g)")
        bwrap_options+=(--ro-bind-data "$passwd" /etc/passwd --ro-bind-data "$group" /etc/group)
    fi
    zone=$(readlink -f /etc/localtime || true)
    [[ -n ${TZ-} || $zone != */zoneinfo/* ]] || bwrap_options+=(--setenv TZ "${zone#*/zoneinfo/}")
    bwrap_options+=(--setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        --setenv LANG "${LANG:-C.UTF-8}" --chdir "$PWD")
}
