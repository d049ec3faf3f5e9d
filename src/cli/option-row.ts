/**
 * `furnished`: does what it says. `empty`: known from the Python pilot, accepted with a warning, does nothing in this
 * version. `obsolete`: accepted and ignored, as the Python pilot does.
 */
export type OptionRoom = 'furnished' | 'empty' | 'obsolete'

/** An environment variable that also sets the option: `first` beats the command line, `last` counts when that is empty. */
export interface OptionVariable {
  readonly name: string
  readonly rank: 'first' | 'last'
}

/** What an option may have besides its name, default and meaning. */
interface Extras {
  readonly letter?: string
  readonly room?: OptionRoom
  readonly environment?: OptionVariable
  /** What the help text writes for the value. */
  readonly placeholder?: string
  /** Not an option of the Python pilot: gives way where an abbreviation could mean either. */
  readonly ours?: true
}

interface Row<Variable extends string, Kind extends string, Value> extends Extras {
  /** Long name without dashes; also the key in a configuration file. */
  readonly name: string
  /** Field of the configuration. */
  readonly variable: Variable
  readonly kind: Kind
  readonly default: Value
  readonly meaning: string
}

interface TextExtras extends Extras {
  readonly required?: true
  readonly pattern?: RegExp
}

interface IntegerExtras extends Extras {
  /** 0 unless told. */
  readonly least?: number
  readonly most?: number
}

interface BooleanExtras extends Extras {
  /** The one value that an empty room does. */
  readonly does?: boolean
}

interface ChoiceExtras extends Extras {
  /** The choices whose rooms are furnished; absent = all. */
  readonly does?: readonly string[]
}

export type TextRow<V extends string = string> = Row<V, 'text', string> & TextExtras
export type IntegerRow<V extends string = string> = Row<V, 'integer', number> & IntegerExtras
/** `boolean` takes yes/true/t/y/1 or no/false/f/n/0; a switch takes nothing: given, it is true (`on`) or false (`off`). */
export type BooleanRow<V extends string = string> = Row<V, 'boolean' | 'switch-on' | 'switch-off', boolean> &
  BooleanExtras
export type ListRow<V extends string = string> = Row<V, 'list', readonly string[]> & Extras
export type ChoiceRow<V extends string = string, C extends string = string> = Row<V, 'choice', C> &
  ChoiceExtras & { readonly choices: readonly C[] }

/** One option of the command line (contracts/pilot-core.md 1.1). */
export type OptionRow = TextRow | IntegerRow | BooleanRow | ListRow | ChoiceRow

// The arguments of the makers below: long name, field of the configuration, default, meaning, the rest.

export function text<const V extends string>(
  name: string,
  variable: V,
  value: string,
  meaning: string,
  extras: TextExtras = {},
): TextRow<V> {
  return { name, variable, kind: 'text', default: value, meaning, ...extras }
}

export function integer<const V extends string>(
  name: string,
  variable: V,
  value: number,
  meaning: string,
  extras: IntegerExtras = {},
): IntegerRow<V> {
  return { name, variable, kind: 'integer', default: value, meaning, ...extras }
}

export function bool<const V extends string>(
  name: string,
  variable: V,
  value: boolean,
  meaning: string,
  extras: BooleanExtras = {},
): BooleanRow<V> {
  return { name, variable, kind: 'boolean', default: value, meaning, ...extras }
}

/** A switch that turns false into true: the contract's flag+. */
export function on<const V extends string>(
  name: string,
  variable: V,
  meaning: string,
  extras: BooleanExtras = {},
): BooleanRow<V> {
  return { name, variable, kind: 'switch-on', default: false, meaning, ...extras }
}

/** A switch that turns true into false: the contract's flag−. */
export function off<const V extends string>(
  name: string,
  variable: V,
  meaning: string,
  extras: BooleanExtras = {},
): BooleanRow<V> {
  return { name, variable, kind: 'switch-off', default: true, meaning, ...extras }
}

export function list<const V extends string>(
  name: string,
  variable: V,
  meaning: string,
  extras: Extras = {},
): ListRow<V> {
  return { name, variable, kind: 'list', default: [], meaning, ...extras }
}

export function choice<const V extends string, const C extends string>(
  name: string,
  variable: V,
  choices: readonly C[],
  value: NoInfer<C>,
  meaning: string,
  extras: ChoiceExtras = {},
): ChoiceRow<V, C> {
  return { name, variable, kind: 'choice', choices, default: value, meaning, ...extras }
}
