# What the scripts share: the Debian packages they need, the toolchain, and a build that says what it is doing.
# Sourced, not run.

say() { printf '%s\n' "busbar: $*"; }
fail() {
  printf '%s\n' "busbar: $*" >&2
  exit 1
}

# need_debian PACKAGE…: installs what is missing, as root or with sudo; otherwise names it and stops.
need_debian() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      sudo=(sudo)
    else
      fail "these Debian packages are missing, and only root can install them; run:
  apt-get install ${missing[*]}"
    fi
  fi
  say "installing Debian packages: ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 update >/dev/null ||
    say "the package list could not be renewed; trying with the old one"
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get -qq -y -o DPkg::Lock::Timeout=300 install "${missing[@]}" \
    >/dev/null || fail "apt-get could not install ${missing[*]}"
}

need_swift() {
  command -v swift >/dev/null ||
    fail "there is no Swift toolchain here: install Swift 6.2 or later from https://www.swift.org/install/linux/"
  local version
  version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9]+\.[0-9]+' | head -1)
  case "$version" in
    6.[2-9] | 6.[1-9][0-9] | [7-9].*) ;;
    *) fail "Swift 6.2 or later is needed; this is ${version:-unknown}" ;;
  esac
}

# build LOG ARGUMENT…: swift build, one line of progress at a time; the whole output is in LOG.
build() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! swift build "$@" 2>&1 | tee "$log" | python3 scripts/support/progress.py; then
    grep -E 'error:|warning:' "$log" | sort -u | head -40 >&2
    fail "the build failed; its output is in $log"
  fi
}
