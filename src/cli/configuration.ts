import type { BooleanRow, ChoiceRow, IntegerRow, ListRow, TextRow } from './option-row.ts'
import type { optionGroups } from './option-table.ts'

type Row = (typeof optionGroups)[number]['rows'][number]
type ValueOf<R> =
  R extends ChoiceRow<string, infer C>
    ? C
    : R extends IntegerRow
      ? number
      : R extends BooleanRow
        ? boolean
        : R extends ListRow
          ? readonly string[]
          : R extends TextRow
            ? string
            : never

/** Every value the command line can set, typed by its row of the option table. An unset text is empty. */
export type Configuration = { readonly [R in Row as R['variable']]: ValueOf<R> }

/** Where a value came from; the order is the precedence, strongest first. Job and queue data come in at run time. */
export type Origin =
  | { readonly kind: 'option'; readonly written: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'default' }

export type Origins = { readonly [Variable in keyof Configuration]: Origin }
