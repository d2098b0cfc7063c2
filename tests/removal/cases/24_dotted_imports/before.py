import os
import os.path
import xml.dom, sys
import json.decoder
import json

print(os.sep, sys.argv, json.dumps)
