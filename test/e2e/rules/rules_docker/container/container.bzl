"""Stands for rules_docker 0.25: container_load, container_image, container_bundle; container_push exists and pushes nothing."""

load("//:tool.bzl", "ATTRS", "TOOLCHAIN", "image_layer", "loader", "run")

def _load_impl(ctx):
    ctx.symlink(ctx.attr.file, "image/image.tar")
    ctx.file("image/BUILD.bazel", """
filegroup(name = "image", srcs = ["image.tar"], visibility = ["//visibility:public"])
""")

container_load = repository_rule(
    implementation = _load_impl,
    attrs = {"file": attr.label(allow_single_file = True, mandatory = True)},
)

def _image_impl(ctx):
    image = ctx.outputs.out
    directory = ctx.attr.directory.strip("/")

    # data_path = "/" keeps the folders of files below the workspace; the real rule flattens without it.
    lines = [
        "{}/{} mode=0555 type=file content={}".format(directory, file.short_path if ctx.attr.data_path == "/" else file.basename, file.path)
        for file in ctx.files.files
    ]
    layer = image_layer(ctx, lines, ctx.files.files)
    env = ["{}={}".format(key, value) for key, value in ctx.attr.env.items()]
    values = {"Cmd": ctx.attr.cmd, "Env": env, "WorkingDir": ctx.attr.workdir}
    settings = json.encode({key: value for key, value in values.items() if value})

    # The archive of another container_image, or one that container_load has loaded.
    groups = ctx.attr.base[OutputGroupInfo] if OutputGroupInfo in ctx.attr.base else None
    base = groups.image.to_list()[0] if groups and hasattr(groups, "image") else ctx.files.base[0]
    run(ctx, ["image", image.path, base.path, settings, layer.path], [base, layer], [image], "Image")
    run(ctx, ["digest", ctx.outputs.digest.path, image.path], [image], [ctx.outputs.digest], "ImageDigest")
    tag = "bazel/{}:{}".format(ctx.label.package, ctx.label.name)

    # As with the real rule, the archive and the digest are made only if they are asked for: `bazel build` makes the layer.
    return loader(ctx, image, tag, start = not ctx.attr.legacy_run_behavior, files = [layer])

container_image = rule(
    implementation = _image_impl,
    attrs = dict(
        ATTRS,
        base = attr.label(allow_files = True, mandatory = True),
        cmd = attr.string_list(),
        data_path = attr.string(),
        directory = attr.string(),
        env = attr.string_dict(),
        files = attr.label_list(allow_files = True),
        legacy_run_behavior = attr.bool(),
        workdir = attr.string(),
    ),
    executable = True,
    outputs = {"digest": "%{name}.digest", "out": "%{name}.tar"},
    toolchains = [TOOLCHAIN],
)

def _bundle_impl(ctx):
    return loader(ctx, ctx.attr.image[OutputGroupInfo].image.to_list()[0], ctx.attr.tag)

_bundle = rule(
    implementation = _bundle_impl,
    attrs = dict(ATTRS, image = attr.label(), tag = attr.string()),
    executable = True,
    toolchains = [TOOLCHAIN],
)

def container_bundle(name, images):
    for tag, image in images.items():
        _bundle(name = name, image = image, tag = tag)

def container_push(name, **_attributes):
    native.filegroup(name = name)
