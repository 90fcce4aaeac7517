/**
 * A text of Terraform's with the values of its variables, as Terraform would write it. Throws an Error for a
 * variable without a value in `environment` (TF_VAR_name), and for anything else that Terraform would compute.
 */
export function valuesInto(text: string, environment: Record<string, string | undefined>): string {
  return text.replace(/\$\$\{|%%\{|[$%]\{([^}]*)\}?/g, (found, expression?: string) => {
    if (expression === undefined) return found.slice(1); // doubled: meant as it is
    const name = /^var\.(\w+)$/.exec(expression)?.[1];
    const value = name === undefined ? undefined : environment[`TF_VAR_${name}`];
    if (value === undefined) throw new Error(`no value for ${found} of the stack`);
    return value;
  });
}
