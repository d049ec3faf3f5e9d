/** Where a transform comes from, or why it may not be used. */
export type TransformSource =
  | { readonly kind: 'download'; readonly url: string; readonly name: string }
  | { readonly kind: 'present'; readonly name: string }
  | { readonly kind: 'refused'; readonly error: 'TRFDOWNLOADFAILURE' | 'TRANSFORMNOTFOUND'; readonly text: string }

/** One path element that a shell takes as it is. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,254}$/
const absolutePath = /^(\/[A-Za-z0-9._+@-]+)+$/

/**
 * Decides about a job's `transformation`: a URL must lie below an allowed base URL (contracts/pilot-experiment.md 5.3),
 * anything else is a plain name in the job directory or an absolute path.
 */
export function transformSource(transformation: string, baseUrls: readonly string[]): TransformSource {
  if (/^[a-z][a-z0-9+.-]*:/i.test(transformation)) return downloadSource(transformation, baseUrls)
  if (plainName.test(transformation) || absolutePath.test(transformation)) {
    return { kind: 'present', name: transformation }
  }
  return {
    kind: 'refused',
    error: 'TRANSFORMNOTFOUND',
    text: `transformation ${JSON.stringify(transformation)} is no http(s) URL, no absolute path and no plain file name`,
  }
}

function downloadSource(transformation: string, baseUrls: readonly string[]): TransformSource {
  const refused = (text: string) => ({ kind: 'refused', error: 'TRFDOWNLOADFAILURE', text }) as const
  const url = URL.parse(transformation)
  if (url === null || !/^https?:$/.test(url.protocol)) return refused(`${transformation} is no http(s) URL`)
  if (!baseUrls.some((base) => isBelow(url, base))) {
    const allowed =
      baseUrls.length === 0
        ? 'no base URL is allowed: set --baseurls or PANDA_BASE_URLS'
        : `allowed are ${baseUrls.join(', ')}`
    return refused(`${transformation} has an invalid base URL; ${allowed}`)
  }
  const name = url.pathname.split('/').at(-1) ?? ''
  if (!plainName.test(name)) return refused(`${transformation} does not end in a plain file name`)
  return { kind: 'download', url: url.href, name }
}

/**
 * Compared as URLs, not as texts: `http://allowed.org.evil.net/`, `http://allowed.org@evil.net/` and `/trf/../other`
 * are not below `http://allowed.org/trf`. A base without a scheme stands for http and https.
 */
function isBelow(url: URL, base: string): boolean {
  const parsed = URL.parse(base.includes('://') ? base : `${url.protocol}//${base}`)
  if (parsed === null || url.username !== '' || url.password !== '') return false
  const directory = parsed.pathname.endsWith('/') ? parsed.pathname : `${parsed.pathname}/`
  return url.origin === parsed.origin && url.pathname.startsWith(directory)
}
