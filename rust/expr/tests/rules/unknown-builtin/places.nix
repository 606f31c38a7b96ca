{ lib }: [ (builtins.optionalString true "a") builtins."attrName" ]
