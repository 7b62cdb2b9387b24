"""Stands for rules_oci 2: oci_image on a base in OCI layout and its digest, oci_image_index for platforms, and oci_push by the machine's crane."""

load("//:tool.bzl", "ATTRS", "TOOLCHAIN", "pusher", "run")

def _image_impl(ctx):
    image = ctx.actions.declare_directory(ctx.label.name)
    base = ctx.files.base[0]
    names = {"Cmd": ctx.attr.cmd, "Entrypoint": ctx.attr.entrypoint, "User": ctx.attr.user, "WorkingDir": ctx.attr.workdir}
    names["Env"] = ["{}={}".format(key, value) for key, value in ctx.attr.env.items()]
    settings = json.encode({key: value for key, value in names.items() if value})
    layers = ctx.files.tars
    run(ctx, ["image", image.path, base.path, settings] + [layer.path for layer in layers], [base] + layers, [image], "OCIImage")

    # The image is links to its base and layers.
    return DefaultInfo(files = depset([image]), runfiles = ctx.runfiles([base] + layers))

_image = rule(
    implementation = _image_impl,
    attrs = dict(
        ATTRS,
        base = attr.label(mandatory = True),
        cmd = attr.string_list(),
        env = attr.string_dict(),
        entrypoint = attr.string_list(),
        tars = attr.label_list(allow_files = True),
        user = attr.string(),
        workdir = attr.string(),
    ),
    toolchains = [TOOLCHAIN],
)

def _digest_impl(ctx):
    digest = ctx.actions.declare_file(ctx.attr.image.label.name + ".json.sha256")
    run(ctx, ["digest", digest.path, ctx.file.image.path], [ctx.file.image], [digest], "OCIDigest")
    return DefaultInfo(files = depset([digest]))

_digest = rule(
    implementation = _digest_impl,
    attrs = dict(ATTRS, image = attr.label(allow_single_file = True)),
    toolchains = [TOOLCHAIN],
)

def oci_image(name, **attributes):
    _image(name = name, **attributes)
    _digest(name = name + ".digest", image = name)

def _platforms_impl(_settings, attr):
    return [{"//command_line_option:platforms": str(platform)} for platform in attr.platforms]

_platforms = transition(
    implementation = _platforms_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _index_impl(ctx):
    index = ctx.actions.declare_directory(ctx.label.name)
    images = ctx.files.images
    run(ctx, ["index", index.path] + [image.path for image in images], images, [index], "OCIIndex")
    return DefaultInfo(files = depset([index]), runfiles = ctx.runfiles(images))

oci_image_index = rule(
    implementation = _index_impl,
    attrs = dict(
        ATTRS,
        images = attr.label_list(mandatory = True, cfg = _platforms),
        platforms = attr.label_list(mandatory = True, providers = [platform_common.PlatformInfo]),
        _allowlist_function_transition = attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    ),
    toolchains = [TOOLCHAIN],
)

def _push_impl(ctx):
    return pusher(ctx, ctx.file.image, ctx.attr.repository)

oci_push = rule(
    implementation = _push_impl,
    attrs = dict(ATTRS, image = attr.label(allow_single_file = True), repository = attr.string()),
    executable = True,
    toolchains = [TOOLCHAIN],
)
