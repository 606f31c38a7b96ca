/**
  Tests by pure evaluation: a derivation which exists only if every case is as it should be.

  # Inputs

  `runCommand`: of the package set.
  `name`: what is tested.
  `cases`: attribute set, name of the case → `{ found = …; wanted = …; }`, or `{ refused = …; }` for what must be an error.
  `unless`: reason why the cases cannot be evaluated with this nixpkgs, or `null`.

  # Output

  A derivation. Its build instructions hold the verdict, so its name can be listed without evaluating one case. The first case that
  fails is an error with its name, and with what was found and wanted.
*/
{ runCommand }:
{
  name,
  cases,
  unless ? null,
}:

let
  shown =
    value:
    let
      text = builtins.tryEval (builtins.toJSON value);
    in
    if text.success then text.value else "an error";

  # evaluated to its very end
  forced = value: builtins.tryEval (builtins.deepSeq value value);

  failed = case: why: throw "check ${name}, case `${case}`: ${why}";

  verdict =
    case: given:
    if given ? refused then
      if (forced given.refused).success then
        failed case "should be refused, but is ${shown given.refused}"
      else
        "${case}: refused"
    else if given.found == given.wanted then
      "${case}: as wanted"
    else
      failed case "found ${shown given.found}, wanted ${shown given.wanted}";

  verdicts = builtins.attrValues (builtins.mapAttrs verdict cases);
in
runCommand "nixsmith-${name}"
  {
    # no case may bring a dependency with it: nothing but the verdict is built
    verdicts = builtins.unsafeDiscardStringContext (
      if unless != null then "skipped: ${unless}" else builtins.concatStringsSep "\n" verdicts
    );
  }
  ''
    echo "$verdicts" > $out
  ''
