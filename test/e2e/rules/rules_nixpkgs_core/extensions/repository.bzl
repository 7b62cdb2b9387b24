"""Stands for rules_nixpkgs_core's module extension nix_repo: its tag `file`."""

load("//:nixpkgs.bzl", "nixpkgs_local_repository")

def _impl(ctx):
    for module in ctx.modules:
        for tag in module.tags.file:
            nixpkgs_local_repository(tag.name, tag.file, tag.file_deps)

nix_repo = module_extension(
    implementation = _impl,
    tag_classes = {"file": tag_class(attrs = {
        "name": attr.string(mandatory = True),
        "file": attr.label(mandatory = True),
        "file_deps": attr.label_list(),
    })},
)
