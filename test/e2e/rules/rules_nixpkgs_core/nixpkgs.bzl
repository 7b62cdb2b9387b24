"""Stands for rules_nixpkgs_core 0.13: a tree of Nix files as a repository, and nix-build of one attribute of it as another."""

def _run(ctx, arguments, failure):
    result = ctx.execute(arguments, quiet = False, timeout = 3600)
    if result.return_code != 0:
        fail("{}\n{}\n{}".format(failure, result.stdout, result.stderr))
    return result.stdout.strip().splitlines()

def _local_impl(ctx):
    # Each file at its own path, so that Nix's relative imports hold; a file that is not listed does not exist here.
    files = [ctx.attr.nix_file] + ctx.attr.nix_file_deps
    names = []
    for label in files:
        source = ctx.path(label)
        names.append((label.package + "/" if label.package else "") + label.name)
        ctx.file(names[-1], ctx.read(source), executable = False)
    ctx.file("files", "\n".join(names))
    ctx.file("BUILD.bazel", "exports_files({})".format(names + ["files"]))
    ctx.symlink(names[0], ctx.attr.alias)

_local = repository_rule(
    implementation = _local_impl,
    attrs = {
        "alias": attr.string(),
        "nix_file": attr.label(mandatory = True, allow_single_file = True),
        "nix_file_deps": attr.label_list(allow_files = True),
    },
)

def nixpkgs_local_repository(name, nix_file, nix_file_deps = []):
    _local(name = name, alias = name, nix_file = nix_file, nix_file_deps = nix_file_deps)

def _package_impl(ctx):
    nixpkgs = ctx.path(ctx.attr.repository)
    for name in ctx.read(str(nixpkgs.dirname) + "/files").splitlines():
        # A label that is resolved is watched: a change of any file runs nix-build again.
        ctx.path(ctx.attr.repository.relative(":" + name))
    output = _run(ctx, [
        ctx.which("nix-build") or fail("Platform is not supported: nix-build not found in PATH."),
        "-I",
        "nixpkgs={}".format(nixpkgs),
        "-E",
        "import <nixpkgs> { config = {}; overlays = []; }",
        "-A",
        ctx.attr.attribute_path,
        "--out-link",
        "bazel-support/nix-out-link",
    ], "Cannot build Nix derivation for package '@{}'.".format(ctx.name))[-1]
    if not ctx.path(output + "/.").exists:
        fail("Package '@{}' outputs a single file which is not supported by rules_nixpkgs.".format(ctx.name))
    for path in ctx.path(output).readdir():
        ctx.symlink(path, path.basename)
    if not ctx.path("BUILD.bazel").exists:
        ctx.file("BUILD.bazel", ctx.attr.build_file_content)

_package = repository_rule(
    implementation = _package_impl,
    attrs = {
        "attribute_path": attr.string(mandatory = True),
        "build_file_content": attr.string(),
        "repository": attr.label(mandatory = True),
    },
    environ = ["BAZEL_NIX_REMOTE", "NIX_PATH", "PATH"],
)

def nixpkgs_package(name, attribute_path, repository, build_file_content = ""):
    _package(name = name, attribute_path = attribute_path, repository = repository, build_file_content = build_file_content)
