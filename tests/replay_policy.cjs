// Replays a policy kit with node-casbin, which shares no line with the hub: node replay_policy.cjs KIT
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { newEnforcer } = require("casbin");

async function main(kit) {
  if (!kit) {
    console.log("usage: node replay_policy.cjs KIT");
    return 2;
  }
  let enforcer, lines;
  try {
    enforcer = await newEnforcer(path.join(kit, "model.conf"), path.join(kit, "policy.csv"));
    lines = fs.readFileSync(path.join(kit, "questions.csv"), "utf8").split("\n");
  } catch (error) {
    console.log(`the kit cannot be read: ${error.message}`);
    return 2;
  }
  const rows = lines.map((line, place) => [place + 1, line.split(",").map((cell) => cell.trim())]);
  const questions = rows.filter(([, row]) => row[0] !== "" && !row[0].startsWith("#"));
  const isQuestion = ([, row]) => row.length === 14 && ["allow", "deny"].includes(row[12]);
  if (questions.length === 0 || !questions.every(isQuestion)) {
    console.log("the kit cannot be read: questions.csv has a row that is no question, or none at all");
    return 2;
  }
  let differences = 0;
  for (const [number, row] of questions) {
    const answer = enforcer.enforceSync(...row.slice(0, 12)) ? "allow" : "deny";
    if (answer !== row[12]) {
      differences += 1;
      console.log(`questions.csv line ${number}: casbin says ${answer}, the hub says ${row[12]}: ${row.join(", ")}`);
    }
  }
  console.log(`asked=${questions.length} differences=${differences}`);
  return differences === 0 ? 0 : 1;
}

main(process.argv[2]).then((code) => {
  process.exitCode = code;
});
