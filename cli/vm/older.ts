/** What helps where a VM does not know what is asked of it: it was last deployed by an older Onebox. */
export function bringUpToDate(environment: string): string {
  return `scripts/deploy.sh ${environment}, which brings the VM up to date`;
}
