# Builds the core targets straight with swiftc: no package to resolve, done in a minute or two. Sourced, not run.

# In dependency order; all that judging a document needs.
core_modules=(XMLPull CIMModel CIMSchema CIMCodec CIMProfiles)

# build_core OUT FLAG…: one object and one module per core target in OUT; only what changed, and what stands on it.
build_core() {
  local out=$1 module stale=
  shift
  mkdir -p "$out"
  if [ "$(cat "$out/flags" 2>/dev/null)" != "$*" ]; then
    stale=yes
    rm -f "$out"/*.o
  fi
  for module in "${core_modules[@]}"; do
    if [ -z "$stale" ] && [ -f "$out/$module.o" ] &&
      [ -z "$(find "Sources/$module" -newer "$out/$module.o" -print -quit)" ]; then
      continue
    fi
    stale=yes
    say "compiling $module"
    find "Sources/$module" -name '*.swift' | sort >"$out/$module.files"
    # Written aside first: a build that is cut off leaves nothing that looks done.
    swiftc "${core_flags[@]}" "$@" -wmo -parse-as-library -module-name "$module" -package-name busbar -I "$out" \
      -emit-module -emit-module-path "$out/$module.swiftmodule" -c -o "$out/$module.part" @"$out/$module.files"
    mv "$out/$module.part" "$out/$module.o"
  done
  printf '%s' "$*" >"$out/flags"
}

core_flags=(
  -swift-version 6 -warnings-as-errors -enable-upcoming-feature ExistentialAny
  -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility
)

# link_core OUT PROGRAM SOURCE… -- FLAG…: a program of one or more sources on top of the core.
link_core() {
  local out=$1 program=$2 sources=() module objects=()
  shift 2
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    sources+=("$1")
    shift
  done
  shift
  for module in "${core_modules[@]}"; do objects+=("$out/$module.o"); done
  if [ -f "$program" ] && [ -z "$(find "${sources[@]}" "${objects[@]}" -newer "$program" -print -quit)" ]; then
    return 0
  fi
  say "linking $(basename "$program")"
  swiftc "${core_flags[@]}" "$@" -wmo -parse-as-library -module-name "$(basename "$program" | tr -d -)" -I "$out" \
    -o "$program" "${sources[@]}" "${objects[@]}"
}
