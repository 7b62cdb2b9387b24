import { badRequest } from '../errors/failure.ts';

/**
 * Checks the URL of a remote cache.
 * @param where the place that messages name
 * @throws Failure (exit code 2) if it is not of a kind that Bazel knows, or has credentials
 */
export function parseCacheUrl(text: string, where: string): string {
  const hint = 'Give a URL with https://, http://, grpcs:// or grpc:// and a host. Example: grpcs://cache.example.com';
  if (!/^(https?|grpcs?):\/\/[A-Za-z0-9]/.test(text) || !URL.canParse(text)) {
    throw badRequest(`${where}: ${JSON.stringify(text)} is not a valid URL of a remote cache.`, hint);
  }
  const { username, password } = new URL(text);
  if (username || password) {
    throw badRequest(
      `${where}: the URL contains credentials, which would be committed in .bazelrc.`,
      'Put the URL with its credentials in user.bazelrc, and give it here without them.',
    );
  }
  if (!/^[\w:/.[\]~%?&=+,@-]+$/.test(text)) {
    throw badRequest(`${where}: ${JSON.stringify(text)} has characters that must be percent-encoded in a URL.`, hint);
  }
  return text;
}
