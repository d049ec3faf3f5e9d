import { stripVTControlCharacters } from 'node:util'
import { printed } from '../print.ts'
import type { Results } from './newest.ts'

/** The page with every figure of one run, as Markdown: pictures for the eye, the printed reports for the doubtful. */
export function page({ file, reports }: Results): string {
  const begin = `# Measured

Drawn by \`npm run bench:plot\` from [${file}](../../bench/results/${file}), which \`npm run bench -- all\`
wrote. Bars are medians of the rounds, lines go from minimum to maximum.
`
  const sections = reports.map((report) => {
    const text = stripVTControlCharacters(printed(report)).trimEnd()
    return `\n## ${report.bench}\n\n${picture(report.bench)}\n\n\`\`\`text\n${text}\n\`\`\`\n`
  })
  return begin + sections.join('')
}

function picture(bench: string): string {
  return [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="${bench}-dark.svg">`,
    `  <img alt="${bench}: medians, ours and the peers'" src="${bench}-light.svg">`,
    '</picture>',
  ].join('\n')
}
