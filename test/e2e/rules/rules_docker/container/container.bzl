"""Stands for rules_docker 0.25: container_import, container_image, container_bundle; container_push exists and pushes nothing."""

load("//:tool.bzl", "ATTRS", "TOOLCHAIN", "image_layer", "interpreter", "run")

ImageInfo = provider("The parts of an image.", fields = ["config", "layers"])

def _import_impl(ctx):
    return ImageInfo(config = ctx.file.config, layers = ctx.files.layers)

container_import = rule(
    implementation = _import_impl,
    attrs = {
        "config": attr.label(allow_single_file = [".json"]),
        # Those that are compressed are unpacked by the real rule.
        "layers": attr.label_list(allow_files = [".tar"], mandatory = True),
    },
)

# What `bazel run` does: load it into Docker layer by layer and, if asked to, start it.
def _loader(ctx, image, tag, files = [], start = False):
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    parts = [image.config] + image.layers
    words = [interpreter(ctx), ctx.file._tool.path, "load", tag] + [part.short_path for part in parts]
    ctx.actions.write(
        script,
        "#!/bin/sh -e\n" + " ".join(words) + "\n" + ("exec docker run --rm \"$@\" {}\n".format(tag) if start else ""),
        is_executable = True,
    )
    return DefaultInfo(executable = script, files = depset(files or [script]), runfiles = ctx.runfiles(parts + [ctx.file._tool]))

def _image_impl(ctx):
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

    base = ctx.attr.base[ImageInfo]
    config = ctx.actions.declare_file(ctx.label.name + ".config")
    image = ImageInfo(config = config, layers = base.layers + [layer])
    parts = [image.config] + image.layers
    paths = [part.path for part in parts]
    run(ctx, ["config", config.path, base.config.path, settings, layer.path], [base.config, layer], [config], "ImageConfig")
    run(ctx, ["archive", ctx.outputs.out.path, ""] + paths, parts, [ctx.outputs.out], "JoinLayers")
    run(ctx, ["digest", ctx.outputs.digest.path] + paths, parts, [ctx.outputs.digest], "ImageDigest")
    tag = "bazel/{}:{}".format(ctx.label.package, ctx.label.name)

    # As with the real rule, the archive and the digest are made only if they are asked for: `bazel build` makes the layer.
    return [_loader(ctx, image, tag, [layer], start = not ctx.attr.legacy_run_behavior), image]

container_image = rule(
    implementation = _image_impl,
    attrs = dict(
        ATTRS,
        base = attr.label(mandatory = True, providers = [ImageInfo]),
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
    return _loader(ctx, ctx.attr.image[ImageInfo], ctx.attr.tag)

_bundle = rule(
    implementation = _bundle_impl,
    attrs = dict(ATTRS, image = attr.label(providers = [ImageInfo]), tag = attr.string()),
    executable = True,
    toolchains = [TOOLCHAIN],
)

def container_bundle(name, images):
    for tag, image in images.items():
        _bundle(name = name, image = image, tag = tag)

def container_push(name, **_attributes):
    native.filegroup(name = name)
