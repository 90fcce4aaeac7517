/**
 * Usage: node operator/bin/release-script.ts FILE
 *
 * Prints the commands that the synthesised stack in FILE has Terraform run on the VM, with the values of its
 * variables (TF_VAR_…): for who brings the files there by another way.
 */
import { readFileSync } from "node:fs";
import { valuesInto } from "../terraform-text.ts";

const [file = ""] = process.argv.slice(2);
const { resource } = JSON.parse(readFileSync(file, "utf8"));
const { provisioner } = resource.null_resource.deployment;
const { inline } = provisioner.find((entry: object) => "remote-exec" in entry)["remote-exec"];
console.log(valuesInto(inline.join("\n"), process.env));
