"""Stands for tar.bzl: the rule tar with a file of mtree lines."""

load("//:tool.bzl", "ATTRS", "TOOLCHAIN", "run")

def _tar_impl(ctx):
    layer = ctx.actions.declare_file(ctx.label.name + ".layer.tar")
    run(ctx, ["tar", layer.path, ctx.file.mtree.path], ctx.files.srcs + [ctx.file.mtree], [layer], "ImageLayer")
    return DefaultInfo(files = depset([layer]))

tar = rule(
    implementation = _tar_impl,
    attrs = dict(
        ATTRS,
        mtree = attr.label(allow_single_file = True, mandatory = True),
        srcs = attr.label_list(allow_files = True),
    ),
    toolchains = [TOOLCHAIN],
)
