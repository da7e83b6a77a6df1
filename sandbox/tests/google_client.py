"""Drives the sandbox's Sheets API with Google's own Python client.

Arguments: key file, base address, spreadsheet id, sheet id. Ends with a line "all steps passed".
"""

import json
import sys

from google.api_core.client_options import ClientOptions
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

KEY, BASE, SPREADSHEET, SHEET = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
SCOPE = "https://www.googleapis.com/auth/spreadsheets"
TAB = "'Form Responses 1'"


def credentials(scope=SCOPE, **changes):
    with open(KEY, encoding="utf-8") as file:
        info = {**json.load(file), **changes}
    return service_account.Credentials.from_service_account_info(info, scopes=[scope])


def service(creds):
    options = ClientOptions(api_endpoint=BASE)
    return build("sheets", "v4", credentials=creds, client_options=options, static_discovery=True).spreadsheets()


def refused(call):
    try:
        call.execute(num_retries=0)
    except HttpError as error:
        body = json.loads(error.content)["error"]
        assert error.resp["content-type"].startswith("application/json"), error.resp
        return error.status_code, body
    raise AssertionError("the call should have been refused")


def main():
    creds = credentials()
    creds.refresh(Request())
    assert creds.token.startswith("ya29."), creds.token
    try:
        credentials(client_email="nobody@example.com").refresh(Request())
        raise AssertionError("an unknown account got a token")
    except RefreshError as error:
        assert "account not found" in str(error), error

    sheets = service(creds)
    values = sheets.values()
    got = sheets.get(spreadsheetId=SPREADSHEET, fields="spreadsheetId,properties(title,locale,timeZone),sheets.properties").execute()
    assert got["properties"]["locale"] == "in_ID" and got["properties"]["timeZone"] == "Asia/Jakarta", got
    assert got["sheets"][0]["properties"]["sheetId"] == SHEET, got
    assert "data" not in got["sheets"][0], got

    header = values.get(spreadsheetId=SPREADSHEET, range=f"{TAB}!1:1").execute()
    assert header["range"] == f"{TAB}!A1:Z1" and header["values"][0][0] == "Timestamp", header
    empty = values.get(spreadsheetId=SPREADSHEET, range=f"{TAB}!A2:C9").execute()
    assert "values" not in empty, empty

    done = values.update(
        spreadsheetId=SPREADSHEET, range=f"{TAB}!A2", valueInputOption="RAW", includeValuesInResponse=True,
        body={"values": [["=1+1", 7, None, True], ["x"]]},
    ).execute()
    assert done["updatedRange"] == f"{TAB}!A2:D3" and done["updatedCells"] == 4, done
    assert done["updatedData"]["values"] == [["=1+1", "7", "", "TRUE"], ["x"]], done
    done = values.append(
        spreadsheetId=SPREADSHEET, range=f"{TAB}!A1", valueInputOption="USER_ENTERED", insertDataOption="INSERT_ROWS",
        body={"values": [["=1+1", "4/12/2026", "09.30"]]},
    ).execute()
    assert done["tableRange"].startswith(f"{TAB}!A1:"), done
    assert done["updates"]["updatedRange"] == f"{TAB}!A4:C4", done
    many = values.batchGet(
        spreadsheetId=SPREADSHEET, ranges=[f"{TAB}!A2:D3", f"{TAB}!A4:C4"], valueRenderOption="UNFORMATTED_VALUE",
    ).execute()["valueRanges"]
    assert many[0]["values"] == [["=1+1", 7, "", True], ["x"]], many
    assert many[1]["values"] == [[2, 46360, 0.3958333333333333]], many
    formulas = values.get(spreadsheetId=SPREADSHEET, range=f"{TAB}!A4", valueRenderOption="FORMULA").execute()
    assert formulas["values"] == [["=1+1"]], formulas
    done = values.clear(spreadsheetId=SPREADSHEET, range=f"{TAB}!A4:C4", body={}).execute()
    assert done["clearedRange"] == f"{TAB}!A4:C4", done

    line = {"sheetId": SHEET, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    made = sheets.batchUpdate(spreadsheetId=SPREADSHEET, body={"requests": [{"createDeveloperMetadata": {
        "developerMetadata": {"metadataKey": "k", "metadataValue": "v", "visibility": "DOCUMENT", "location": {"dimensionRange": line}},
    }}]}).execute()
    metadata = made["replies"][0]["createDeveloperMetadata"]["developerMetadata"]
    assert metadata["location"] == {"locationType": "ROW", "dimensionRange": line}, metadata
    by_id = {"developerMetadataLookup": {"metadataId": metadata["metadataId"]}}
    sheets.batchUpdate(spreadsheetId=SPREADSHEET, body={"requests": [{"insertDimension": {
        "range": {**line, "endIndex": 4}, "inheritFromBefore": False,
    }}]}).execute()
    found = values.batchGetByDataFilter(spreadsheetId=SPREADSHEET, body={
        "dataFilters": [by_id, {"a1Range": f"{TAB}!A1"}], "valueRenderOption": "UNFORMATTED_VALUE",
    }).execute()["valueRanges"]
    assert found[0]["valueRange"]["range"] == f"{TAB}!A5:Z5", found
    assert found[0]["valueRange"]["values"] == [["=1+1", 7, "", True]] and found[0]["dataFilters"] == [by_id], found
    done = values.batchUpdateByDataFilter(spreadsheetId=SPREADSHEET, body={
        "valueInputOption": "RAW", "includeValuesInResponse": True,
        "data": [{"dataFilter": by_id, "majorDimension": "ROWS", "values": [[None, "new"]]}],
    }).execute()
    assert done["totalUpdatedCells"] == 1 and done["responses"][0]["dataFilter"] == by_id, done
    assert done["responses"][0]["updatedData"]["values"] == [["=1+1", "new"]], done
    got = sheets.developerMetadata().get(spreadsheetId=SPREADSHEET, metadataId=metadata["metadataId"]).execute()
    assert got["location"]["dimensionRange"]["startIndex"] == 4, got
    found = sheets.developerMetadata().search(spreadsheetId=SPREADSHEET, body={
        "dataFilters": [{"developerMetadataLookup": {"metadataKey": "k", "locationType": "ROW"}}],
    }).execute()
    assert found["matchedDeveloperMetadata"][0]["developerMetadata"]["metadataValue"] == "v", found
    rows = sheets.get(spreadsheetId=SPREADSHEET, ranges=[f"{TAB}!A5:B5"], includeGridData=True).execute()
    data = rows["sheets"][0]["data"][0]
    assert data["startRow"] == 4 and data["rowMetadata"][0]["developerMetadata"][0]["metadataKey"] == "k", data
    assert data["rowData"][0]["values"][1]["effectiveValue"] == {"stringValue": "new"}, data

    status, error = refused(sheets.batchUpdate(spreadsheetId=SPREADSHEET, body={"requests": [{"addSheet": {"foo": 1}}]}))
    assert status == 400 and error["status"] == "INVALID_ARGUMENT", error
    assert error["message"] == (
        "Invalid JSON payload received. Unknown name \"foo\" at 'requests[0].add_sheet': Cannot find field."
    ), error
    assert error["details"][0]["fieldViolations"][0]["field"] == "requests[0].add_sheet", error
    before = values.get(spreadsheetId=SPREADSHEET, range=TAB).execute()
    status, error = refused(sheets.batchUpdate(spreadsheetId=SPREADSHEET, body={"requests": [
        {"deleteDimension": {"range": line}}, {"deleteSheet": {"sheetId": 12345}},
    ]}))
    assert (status, error["message"]) == (400, "Invalid requests[1].deleteSheet: No sheet with id: 12345"), error
    assert before == values.get(spreadsheetId=SPREADSHEET, range=TAB).execute(), "half a batchUpdate was kept"
    status, error = refused(values.get(spreadsheetId=SPREADSHEET, range="Nowhere!A1"))
    assert (status, error["message"]) == (400, "Unable to parse range: Nowhere!A1"), error
    status, error = refused(values.get(spreadsheetId=SPREADSHEET, range=f"{TAB}!AB1"))
    assert status == 400 and "exceeds grid limits. Max rows: " in error["message"], error
    status, error = refused(values.update(
        spreadsheetId=SPREADSHEET, range=f"{TAB}!A2:B2", valueInputOption="RAW", body={"values": [[1, 2, 3]]},
    ))
    assert error["message"] == f"Requested writing within range [{TAB}!A2:B2], but tried writing to column [C]", error
    status, error = refused(sheets.get(spreadsheetId="nosuch"))
    assert (status, error) == (404, {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}), error

    readonly = service(credentials(SCOPE + ".readonly"))
    readonly.values().get(spreadsheetId=SPREADSHEET, range="A1").execute()
    status, error = refused(readonly.values().batchGetByDataFilter(spreadsheetId=SPREADSHEET, body={"dataFilters": [by_id]}))
    assert status == 403 and error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT", error

    session = AuthorizedSession(creds)
    answer = session.get(f"{BASE}/v4/spreadsheets/{SPREADSHEET}?nosuch=1")
    assert answer.status_code == 400 and "Cannot bind query parameter. Field 'nosuch'" in answer.text, answer.text
    print("all steps passed")


main()
