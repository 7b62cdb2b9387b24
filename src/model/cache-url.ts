import { secretIn } from '../text/secrets.ts';
import { quoted } from '../text/shown.ts';
import { badRequest } from '../errors/failure.ts';

/**
 * Checks the URL of a remote cache.
 * @param where the place that messages name
 * @throws Failure (exit code 2) if it is not of a kind that Bazel knows, or has credentials
 */
export function parseCacheUrl(text: string, where: string): string {
  const hint = 'Give a URL with https://, http://, grpcs:// or grpc:// and a host. Example: grpcs://cache.example.com';
  if (!/^(https?|grpcs?):\/\/[A-Za-z0-9[]/.test(text) || !URL.canParse(text)) {
    throw badRequest(`${where}: ${quoted(text)} is not a valid URL of a remote cache.`, hint);
  }
  const secret = secretIn(new URL(text));
  if (secret !== undefined) {
    throw badRequest(
      `${where}: the URL contains ${secret}, which would be committed in .bazelrc.`,
      'Give it here without, and to Bazel by a credential helper, or with all in user.bazelrc.',
    );
  }
  if (!/^[\w:/.[\]~%?&=+,@-]+$/.test(text)) {
    throw badRequest(`${where}: ${quoted(text)} has characters that must be percent-encoded in a URL.`, hint);
  }
  return text;
}
