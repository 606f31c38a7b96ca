/**
  Tests by pure evaluation: a derivation which exists only if every case is as it should be.

  # Inputs

  `runCommand`: of the package set.
  `name`: what is tested.
  `cases`: attribute set, name of the case → `{ found = …; wanted = …; }`, or `{ refused = …; }` for what must be an error.
  `unless`: reason why the cases cannot be evaluated with this nixpkgs, or `null`.

  # Output

  A derivation. Its build instructions hold the verdict, so its name can be listed without evaluating one case. Cases that
  fail are one error with their names, and with what was found and wanted.
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

  verdict =
    case: given:
    if given ? refused then
      if (forced given.refused).success then
        {
          inherit case;
          failed = "should be refused, but is ${shown given.refused}";
        }
      else
        { text = "${case}: refused"; }
    else if given.found == given.wanted then
      { text = "${case}: as wanted"; }
    else
      {
        inherit case;
        failed = "found ${shown given.found}, wanted ${shown given.wanted}";
      };

  verdicts = builtins.attrValues (builtins.mapAttrs verdict cases);
  failures = builtins.filter (each: each ? failed) verdicts;

  summary =
    if failures == [ ] then
      builtins.concatStringsSep "\n" (map (each: each.text) verdicts)
    else
      throw (
        builtins.concatStringsSep "\n" (
          map (each: "check ${name}, case `${each.case}`: ${each.failed}") failures
        )
      );
in
runCommand "nixsmith-${name}"
  {
    # no case may bring a dependency with it: nothing but the verdict is built
    verdicts = builtins.unsafeDiscardStringContext (
      if unless != null then "skipped: ${unless}" else summary
    );
  }
  ''
    echo "$verdicts" > $out
  ''
