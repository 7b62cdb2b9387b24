"""Stands for rules_nixpkgs_core's module extension nix_pkg: its tag `attr`."""

load("//:nixpkgs.bzl", "nixpkgs_package")

def _impl(ctx):
    for module in ctx.modules:
        for tag in module.tags.attr:
            nixpkgs_package(tag.name, tag.attr, tag.repo, tag.build_file_content)

nix_pkg = module_extension(
    implementation = _impl,
    tag_classes = {"attr": tag_class(attrs = {
        "name": attr.string(),
        "attr": attr.string(mandatory = True),
        "build_file_content": attr.string(),
        "repo": attr.label(mandatory = True),
    })},
)
