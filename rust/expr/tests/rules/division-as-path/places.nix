{ width, parts }: [ 6/2 width/2 width/parts (let n = 10/parts; in n) ]
