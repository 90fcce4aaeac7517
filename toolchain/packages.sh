# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# Programs from the system's own packages, all that are missing in one call of the package manager.

# The commands that Onebox calls, with the Debian package of each.
COMMANDS=(git:git git-secret:git-secret gpg:gnupg ssh:openssh-client curl:curl npm:npm unzip:unzip)
TEST_COMMANDS=(shellcheck:shellcheck shfmt:shfmt pip3:python3-pip dig:bind9-dnsutils hcloud:hcloud-cli pebble:pebble)

# has_browser: the names that test/support/browser.ts knows.
has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null

packages_is_here() { [ -z "$(missing_packages)" ]; }

# missing_packages: the packages of the commands that are not on the PATH.
missing_packages() {
  local entry wanted=("${COMMANDS[@]}") missing=''
  if [ -n "${WITH_TESTS:-}" ]; then wanted+=("${TEST_COMMANDS[@]}"); fi
  for entry in "${wanted[@]}"; do
    command -v "${entry%%:*}" >/dev/null || missing="$missing ${entry#*:}"
  done
  if [ -n "${WITH_TESTS:-}" ] && ! has_browser; then missing="$missing chromium"; fi
  if command -v apt-get >/dev/null && docker_is_missing; then missing="$missing docker.io"; fi
  printf '%s' "${missing# }"
}

provide_packages() {
  local missing
  missing=$(missing_packages)
  # shellcheck disable=SC2086 # one word a package
  install_packages $missing
  STEP_NOTE=$missing
}

# may_install: whether install_packages can do more than say what to run.
may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

# install_packages PACKAGE...: with apt, as root or through sudo; else says what to run.
install_packages() {
  local sudo=() quiet=() command="apt-get install --yes $*"
  if [ "$(uname -s)" = Darwin ]; then refuse "missing: $*; run: brew install $(brew_names "$@")"; fi
  command -v apt-get >/dev/null || refuse "missing: $*; install them with this system's package manager"
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || refuse "missing: $*; run: sudo $command"
    sudo=(sudo -n)
  fi
  need_space /var/lib 1
  # Without systemd, packages start their services through invoke-rc.d, which fails where an init
  # script does; in run level 1 it starts nothing. What is needed is started afterwards.
  if [ ! -d /run/systemd/system ]; then quiet=(RUNLEVEL=1); fi
  progress "apt-get install $*"
  ${sudo[@]+"${sudo[@]}"} apt-get update -qq || true # an unreachable extra source is no reason to stop
  # An installation that was interrupted is finished first: apt-get refuses to do more before.
  ${sudo[@]+"${sudo[@]}"} env DEBIAN_FRONTEND=noninteractive dpkg --configure --pending || true
  case " $* " in *' docker.io '*)
    # Newer Debians have the client as a package of its own.
    if apt-cache show docker-cli >/dev/null 2>&1; then set -- "$@" docker-cli; fi
    ;;
  esac
  ${sudo[@]+"${sudo[@]}"} env DEBIAN_FRONTEND=noninteractive ${quiet[@]+"${quiet[@]}"} \
    apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" 3>&- 9>&- \
    || refuse "apt-get could not install: $*; try it by hand: $command"
}

brew_names() {
  local package
  for package in "$@"; do
    case $package in
      npm) printf 'node ' ;;
      bind9-dnsutils) printf 'bind ' ;;
      golang-go) printf 'go ' ;;
      openssh-client) printf 'openssh ' ;;
      hcloud-cli) printf 'hcloud ' ;;
      *) printf '%s ' "$package" ;;
    esac
  done | sed 's/ $//'
}
