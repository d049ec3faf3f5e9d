import { RandomStream } from './random.ts'

/** GeV, like every mass, momentum and energy here. Masses and widths: Particle Data Group. */
const muonMass = 0.1056584
const resonances = [
  { share: 0.04, mass: 1.01946, width: 0.00425 },
  { share: 0.2, mass: 3.0969, width: 0.0000926 },
  { share: 0.012, mass: 3.6861, width: 0.000294 },
  { share: 0.06, mass: 9.4604, width: 0.000054 },
  { share: 0.02, mass: 10.0234, width: 0.000032 },
  { share: 0.012, mass: 10.3551, width: 0.00002 },
  { share: 0.06, mass: 91.1876, width: 2.4955 },
] as const

/** The rest is Drell–Yan continuum, dN/dm ∝ m^-(slope+1) between these masses. */
const continuum = { lowest: 0.6, highest: 200, slope: 1.3 }
/** Share of the continuum in which a hadron was taken for a muon: half as often as not its charge is the same. */
const fakeShare = 0.12

/** Bytes of the header: one line of JSON, filled up with blanks. */
const headerBytes = 256
const floatColumns = ['pt1', 'eta1', 'phi1', 'pt2', 'eta2', 'phi2'] as const
const chargeColumns = ['q1', 'q2'] as const

/**
 * A table of muon pairs as a detector would have measured them; the seed decides every byte. Layout: the header line,
 * then whole columns one after another: pt (GeV), eta and phi (rad) of both muons as 4-byte little-endian floats, then
 * both charges as single bytes.
 */
export function generateMuonPairs(rows: number, seed: number): Uint8Array {
  const header = JSON.stringify({ format: 'muon-pairs-1', rows, seed, floats: floatColumns, charges: chargeColumns })
  const table = Buffer.alloc(headerBytes + rows * (floatColumns.length * 4 + chargeColumns.length))
  table.write(`${header.padEnd(headerBytes - 1)}\n`)
  const column = (index: number) =>
    new Float32Array(table.buffer, table.byteOffset + headerBytes + index * rows * 4, rows)
  const [pt1, eta1, phi1] = [column(0), column(1), column(2)] as const
  const [pt2, eta2, phi2] = [column(3), column(4), column(5)] as const
  const charges = new Int8Array(table.buffer, table.byteOffset + headerBytes + floatColumns.length * 4 * rows, 2 * rows)

  const random = new RandomStream(seed)
  for (let row = 0; row < rows; row++) {
    const { mass, sameCharge } = drawPair(random)
    const charge = random.uniform() < 0.5 ? 1 : -1
    charges[row] = charge
    charges[rows + row] = sameCharge ? charge : -charge

    // The decay in the pair's own frame: two muons back to back, in any direction.
    const cosTheta = 2 * random.uniform() - 1
    const decayPhi = 2 * Math.PI * random.uniform()
    const momentum = Math.sqrt(mass * mass * 0.25 - muonMass * muonMass)
    const px = momentum * Math.sqrt(1 - cosTheta * cosTheta) * Math.cos(decayPhi)
    const py = momentum * Math.sqrt(1 - cosTheta * cosTheta) * Math.sin(decayPhi)
    const pz = momentum * cosTheta

    // The pair's motion: a transverse momentum, then a rapidity, in any azimuth.
    const pairPt = -(2 + 0.12 * mass) * Math.log(random.uniform())
    const rapidity = 4.4 * random.uniform() - 2.2
    const azimuth = 2 * Math.PI * random.uniform()
    const gammaBeta = pairPt / mass
    const gamma = Math.sqrt(1 + gammaBeta * gammaBeta)
    const sinh = Math.sinh(rapidity)
    const cosh = Math.sqrt(1 + sinh * sinh)
    for (let muon = 0; muon < 2; muon++) {
      const sign = muon === 0 ? 1 : -1
      const x = gamma * sign * px + gammaBeta * mass * 0.5
      const y = sign * py
      const energy = gamma * mass * 0.5 + gammaBeta * sign * px
      const z = cosh * sign * pz + sinh * energy
      const pt = Math.sqrt(x * x + y * y)
      const pts = muon === 0 ? pt1 : pt2
      const etas = muon === 0 ? eta1 : eta2
      const phis = muon === 0 ? phi1 : phi2
      pts[row] = measuredPt(pt, random)
      etas[row] = Math.asinh(z / pt)
      phis[row] = wrapped(Math.atan2(y, x) + azimuth)
    }
  }
  return table
}

function drawPair(random: RandomStream): { mass: number; sameCharge: boolean } {
  let ticket = random.uniform()
  for (const { share, mass, width } of resonances) {
    if (ticket < share) return { mass: breitWigner(mass, width, random), sameCharge: false }
    ticket -= share
  }
  const { lowest, highest, slope } = continuum
  const low = lowest ** -slope
  const mass = (low + random.uniform() * (highest ** -slope - low)) ** (-1 / slope)
  return { mass, sameCharge: random.uniform() < fakeShare / 2 }
}

/** Cut at ten widths: the far tails belong to the continuum. */
function breitWigner(mass: number, width: number, random: RandomStream): number {
  const reach = Math.atan(20)
  return mass + 0.5 * width * Math.tan(reach * (2 * random.uniform() - 1))
}

/** Scattering spoils soft muons by a constant share, the curvature hard ones in proportion to pt. */
function measuredPt(pt: number, random: RandomStream): number {
  const curvature = 0.0002 * pt
  const resolution = Math.sqrt(0.011 * 0.011 + curvature * curvature)
  return pt * Math.max(0.1, 1 + resolution * random.gauss())
}

function wrapped(phi: number): number {
  return phi > Math.PI ? phi - 2 * Math.PI : phi
}
