#!/usr/bin/env bash
# Builds everything and passes the tests; installs by itself what they need. Ends with the line "N passed, N failed".
# Needs: the .NET 10 SDK; apt-get and root or sudo where a tool is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# command and the Debian package that has it; clang links the native program, tcpdump brings libpcap, python3-pyepics libca
needed=(clang:clang setpriv:util-linux ip:iproute2 tcpdump:tcpdump tcpreplay:tcpreplay tshark:tshark chromium:chromium)

missing=()
for entry in "${needed[@]}"; do
  command -v "${entry%%:*}" >/dev/null 2>&1 || missing+=("${entry#*:}")
done
/usr/bin/python3 -c 'import epics' 2>/dev/null || missing+=(python3-pyepics)
if [ "${#missing[@]}" -gt 0 ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "tests/run.sh: please install ${missing[*]}: there is no apt-get here to do it" >&2
    exit 1
  fi
  sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "tests/run.sh: please install ${missing[*]}, or run this as root: it may not install them itself" >&2
      exit 1
    fi
    sudo=(sudo -n)
  fi
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
fi

dotnet restore
dotnet build --no-restore -c Release -v quiet

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# Wireshark starts the native program: the tests start the same
dotnet publish extcap/CaBridge.Extcap --no-restore -c Release -r linux-x64 -o "$results/extcap" -v quiet
export CABRIDGE_EXTCAP=$results/extcap/cabridge-extcap

status=0
dotnet test --no-build -c Release --logger "trx;LogFileName=tests.trx" --results-directory "$results" \
  --blame-hang-timeout 3m --blame-hang-dump-type none || status=$?

counters=$(grep -o '<Counters [^>]*>' "$results/tests.trx" || true)
count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
total=$(count total) passed=$(count passed) failed=$(count failed)
skipped=$((${total:-0} - ${passed:-0} - ${failed:-0}))

if [ "${passed:-0}" -eq 0 ] && [ "$status" -eq 0 ]; then
  echo "tests/run.sh: no test ran" >&2
  status=1
fi
if [ "$skipped" -gt 0 ] && [ "${CI:-}" = true ]; then
  echo "tests/run.sh: $skipped tests were skipped, which CI does not allow" >&2
  status=1
fi
if [ "$skipped" -gt 0 ]; then
  echo "${passed:-0} passed, ${failed:-0} failed, $skipped skipped"
else
  echo "${passed:-0} passed, ${failed:-0} failed"
fi
exit "$status"
