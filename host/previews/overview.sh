# shellcheck shell=bash
# The page that lists all previews: traefik/overview.html with the lines of host/previews/preview-list. What comes out is
# plain ASCII, in which nothing that a branch is called can mean anything to a browser, to YAML or to Traefik.

shopt -u patsub_replacement 2>/dev/null || true # "&" in what is put in has no meaning

# as_text ENCODED: a percent-encoded name as HTML, each character but plain ones as its number.
as_text() {
  local LC_ALL=C.UTF-8 name=$1 made='' character number index
  if [[ ! $name =~ ^([A-Za-z0-9._/-]|%[0-9A-F]{2})*$ ]]; then name=%3F; fi # preview-list gives no other
  printf -v name '%b' "${name//%/\\x}"
  for ((index = 0; index < ${#name}; index++)); do
    character=${name:index:1}
    case $character in
      [abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-]) made+=$character ;;
      *) printf -v number '%d' "'$character" && made+="&#$number;" ;;
    esac
  done
  printf '%s' "$made"
}

# state_says STATE: for people.
state_says() {
  case $1 in
    awake) echo Awake ;;
    asleep) echo 'Asleep, wakes when visited' ;;
    coming) echo 'Being put up' ;;
    going) echo 'Being taken down' ;;
    *) echo 'Lost with its server' ;;
  esac
}

# ends EXPIRES: the moment, in UTC: how long that still is would be another page each minute.
ends() {
  if [[ ! $1 =~ ^[0-9]{1,11}$ ]]; then echo 'not known yet' && return; fi
  TZ=UTC LC_ALL=C printf '<time datetime="%(%Y-%m-%dT%H:%MZ)T">%(%-d %b %Y, %H:%M)T UTC</time>' "$1" "$1"
}

# entry TEMPLATE BRANCH URL COMMIT STATE EXPIRES: one preview's part.
entry() {
  local made=$1 url=$3 commit=${4:0:7} state=$5
  case $state in awake | asleep) ;; *) url='' ;; esac # nobody answers there
  case $state in awake | asleep | coming | going) ;; *) state=gone ;; esac
  if [[ ! $commit =~ ^[0-9a-f]{7}$ ]]; then commit='not known yet'; fi
  if [[ $url =~ ^https?://[a-z0-9.-]+$ ]]; then made=${made//@url@/"$url"}; else made=${made//' href="@url@"'/}; fi
  made=${made//@state@/"$state"}
  made=${made//@says@/"$(state_says "$state")"}
  made=${made//@commit@/"$commit"}
  made=${made//@ends@/"$(ends "$6")"}
  printf '%s' "${made//@branch@/"$(as_text "$2")"}"
}

# page FILE: the whole of it, newest first; the lines of host/previews/preview-list come on stdin, the oldest first.
page() {
  local template each none list='' branch url commit state expires
  template=$(cat "$1")
  each=${template#*'<!-- each -->'} each=${each%%'<!-- /each -->'*}
  none=${template#*'<!-- none -->'} none=${none%%'<!-- /none -->'*}
  # Not split at tabs: read would take several for one, and a field may be empty.
  while IFS=$'\037' read -r _ branch url commit state _ expires _; do
    list=$(entry "$each" "$branch" "$url" "$commit" "$state" "$expires")$list
  done < <(tr '\t' '\037')
  if [ -n "$list" ]; then none=''; fi
  printf '%s' "${template%%'<ul>'*}"
  if [ -n "$list" ]; then printf '<ul>%s\n</ul>' "$list"; fi
  printf '%s%s\n' "$none" "${template#*'<!-- /none -->'}"
}
