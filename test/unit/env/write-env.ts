/** Writes a line of an env file that says KEY=VALUE, in one of the forms that can hold the value. */
export function writeEntry(key: string, value: string, pick: (choices: number) => number): string {
  const forms = [`"${value.replace(/["\\$]/g, "\\$&").replaceAll("\r", "\\r")}"`];
  if (!value.includes("'") && !value.includes("\r\n")) forms.push(`'${value}'`);
  if (isBare(value)) forms.push(value);
  const before = ["", " ", "\t", "export ", "  export\t"][pick(5)];
  const equals = ["=", " =", "= ", "\t = "][pick(4)];
  const after = ["", " ", " # 'comment\"", "\r"][pick(4)];
  return `${before}${key}${equals}${forms[pick(forms.length)]}${after}\n`;
}

/** Whether it can stand without quotes. */
function isBare(value: string): boolean {
  return !/^['"#]|^[ \t]|[ \t]$|[ \t]#|\p{Cc}|\$\{/u.test(value);
}
