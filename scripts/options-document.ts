import { remarksOf, usageOf } from '../src/cli/help.ts'
import type { OptionRow } from '../src/cli/option-row.ts'
import { optionGroups } from '../src/cli/option-table.ts'

const cell = (text: string) => text.replaceAll('|', '\\|')
const prose = (text: string) => cell(text).replaceAll('<', '&lt;')

function lineOf(row: OptionRow): string {
  const remarks = remarksOf(row).join('; ')
  return `| \`${cell(usageOf(row))}\` | ${prose(row.meaning)} | ${prose(remarks)} |`
}

/** docs/options.md, from the option table. */
export function optionsDocument(): string {
  const groups = optionGroups.map(({ heading, rows }) =>
    [`## ${heading}`, '', '| option | meaning | |', '|---|---|---|', ...rows.map(lineOf)].join('\n'),
  )
  const head = [
    '# Options',
    '',
    'Written by `node scripts/write-options.ts` from `src/cli/option-table.ts`; a test checks that it is fresh.',
    '',
    'Options of the Python pilot keep their names, letters and defaults, and are read as its argparse read them:',
    '`--name value`, `--name=value`, abbreviations that can mean only one option, `-ab` for switches in one word; a',
    'repeated option counts the last time. Unknown options are ignored with a warning, like options whose work this',
    'version does not do.',
    '',
    'Precedence: option, environment variable, configuration file (`--config FILE`, a JSON dictionary of option names),',
    'default. `PANDAPILOT_LIFETIME` beats `--lifetime`. `--print-config` shows every value and where it came from.',
  ]
  return `${[head.join('\n'), ...groups].join('\n\n')}\n`
}
