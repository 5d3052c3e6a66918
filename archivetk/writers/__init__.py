"""Writers: from results to files.

    text, jsonl, ...   renderings of one record
    prepared           the WARC records of one result, a pure value
    collection         originals, derived records, index and pages, in a folder
    warc, cdxj,        the parts of a collection: files that are only appended to, the sorted index,
    known, package     what is there already, the list of files
    wacz               a collection in one file

Writers know results and records of documents, and nothing of the steps that made them.
"""
