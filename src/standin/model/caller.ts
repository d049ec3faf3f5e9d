/** Who calls, as far as the server could find out (contracts/panda-server.md 1.5). */
export interface Caller {
  /** The call came over TLS and brought a client identity. */
  readonly secure: boolean
  /** Distinguished name in slash form, `/DC=org/CN=Some Robot`. */
  readonly dn: string | null
  /** VOMS attributes, `/atlas/Role=production`. */
  readonly fqans: readonly string[]
  /** The DN is one of those the server's configuration names as production. */
  readonly configured: boolean
}

const productionRoles = [/\/atlas\/usatlas\/Role=production/, /\/atlas\/Role=production/, /^\/[^/]+\/Role=production/]

const pilotRoles = [
  /\/atlas\/usatlas\/Role=(?:production|pilot)/,
  /\/atlas\/Role=(?:production|pilot)/,
  /\/osg\/Role=pilot/,
  /^\/[^/]+\/Role=production$/,
  /\/ams\/Role=pilot/,
  /\/Engage\/LBNE\/Role=pilot/,
]

const wholeExperiments = [/\/atlas\//, /\/osg\//, /\/cms\//, /\/ams\//, /\/Engage\/LBNE\//]

/** The role rule of the v1 "production" calls. `Role=pilot` does not pass, whatever the server's text says. */
export function isProduction(caller: Caller): boolean {
  return caller.configured || hasRole(caller, productionRoles)
}

/** The role rule of the legacy calls; `strict` leaves out "any attribute of the experiment" (getJob with getProxyKey). */
export function isPilot(caller: Caller, strict = false): boolean {
  return caller.configured || hasRole(caller, pilotRoles) || (!strict && hasRole(caller, wholeExperiments))
}

/** v1 refuses a limited proxy even over TLS. */
export function isSecure(caller: Caller): boolean {
  return caller.secure && caller.dn !== null && !caller.dn.includes('/CN=limited proxy')
}

/** The user name by which the server compares DNs: the last CN that is a name and not a number or the word proxy. */
export function compactName(dn: string): string {
  const names = [...dn.matchAll(/\/CN=([^/]*)/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== '' && !/^\d+$/.test(name) && name !== 'proxy' && name !== 'limited proxy')
  return names.at(-1) ?? dn
}

function hasRole(caller: Caller, roles: readonly RegExp[]): boolean {
  return caller.fqans.some((fqan) => roles.some((role) => role.test(fqan)))
}
