"""Stands for tar.bzl: the rule tar with literal mtree lines."""

load("//:tool.bzl", "ATTRS", "TOOLCHAIN", "image_layer")

def _tar_impl(ctx):
    lines = [ctx.expand_location(line, ctx.attr.srcs) for line in ctx.attr.mtree]
    return DefaultInfo(files = depset([image_layer(ctx, lines, ctx.files.srcs)]))

tar = rule(
    implementation = _tar_impl,
    attrs = dict(
        ATTRS,
        mtree = attr.string_list(mandatory = True),
        srcs = attr.label_list(allow_files = True),
    ),
    toolchains = [TOOLCHAIN],
)
