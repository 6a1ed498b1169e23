#!/usr/bin/env bash
# Builds the container image of build/image with what the machine has: buildah, podman or docker. `make image` runs it.
#
#   build-image.sh VERSION OS_ARCH...
#
# One platform goes into the local storage as otelcol-segment:VERSION, several go into build/release/otelcol-segment-VERSION.oci.tar.
# Every time in an image is that of the commit, so that the same commit gives the same layers, and the same archive.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$1
shift
image=otelcol-segment:$version
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
args=(
	--file deploy/Dockerfile
	--build-arg "VERSION=$version"
	--build-arg "REVISION=$(git describe --always --dirty --abbrev=40 --exclude='*')"
	--build-arg "CREATED=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%FT%TZ)"
)

# IMAGE_BUILDER chooses one of several.
find_builder() {
	if [ -n "${IMAGE_BUILDER:-}" ]; then
		echo "$IMAGE_BUILDER"
	elif command -v buildah >/dev/null; then
		echo buildah
	elif command -v podman >/dev/null; then
		echo podman
	# The command alone is not enough: it needs its builder and a daemon.
	elif docker buildx version >/dev/null 2>&1 && docker info >/dev/null 2>&1; then
		echo docker
	fi
}

# The layout that becomes the archive.
layout=build/image/oci
rm -rf "$layout"
builder=$(find_builder)
case $builder in
buildah | podman)
	# One layer, so that both build the same.
	args+=(--timestamp "$SOURCE_DATE_EPOCH" --identity-label=false --layers=false)
	if [ $# -eq 1 ]; then
		# The format of OCI knows no HEALTHCHECK.
		"$builder" build "${args[@]}" --format docker --platform "${1//_//}" --tag "$image" build/image
	else
		list=$image-platforms
		"$builder" manifest rm "$list" >/dev/null 2>&1 || true
		"$builder" manifest create "$list"
		# One after another, so that the list has one order.
		ids=()
		for platform in "$@"; do
			"$builder" build "${args[@]}" --format oci --platform "${platform//_//}" --iidfile build/image/id build/image
			ids+=("$(sed s/^sha256:// build/image/id)")
			"$builder" manifest add "$list" "containers-storage:${ids[-1]}"
		done
		"$builder" manifest push --all "$list" "oci:$layout:$image"
		"$builder" manifest rm "$list"
		"$builder" rmi "${ids[@]}" >/dev/null || true
	fi
	;;
docker)
	# With attestations, which have times in them, the digest would be another each time.
	args+=(--provenance=false --sbom=false --platform "$(IFS=,; echo "${*//_//}")")
	if [ $# -eq 1 ]; then
		docker buildx build "${args[@]}" --tag "$image" --load build/image
	else
		docker buildx build "${args[@]}" --tag "$image" --output "type=oci,tar=false,dest=$layout,rewrite-timestamp=true" build/image
	fi
	;;
*)
	echo "make image needs buildah, podman, or docker with buildx and a daemon that runs" >&2
	exit 1
	;;
esac

if [ $# -gt 1 ]; then
	archive=build/release/otelcol-segment-$version.oci.tar
	tar --create --file "$archive" --directory "$layout" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 \
		--numeric-owner --mode=u=rwX,go=rX .
	echo "$archive"
fi
