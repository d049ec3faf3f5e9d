/** A web address without the user and password that it may carry; anything else as it is. */
export function withoutUser(address: string): string {
  return address.replace(/^(https?:\/\/)[^/?#]*@/i, '$1')
}

/** What of a web address nobody may read: its password, or its user where that stands alone; as written and decoded. */
export function secretsOfAddress(address: string): readonly string[] {
  const part = /^https?:\/\/([^/?#]*)@/i.exec(address)?.[1]
  if (part === undefined) return []
  const secret = part.slice(part.indexOf(':') + 1)
  return [secret, decoded(secret)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
